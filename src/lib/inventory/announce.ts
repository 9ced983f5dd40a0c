import {z} from 'zod'
import {NAMES_TAGS} from './scope.js'
import {secretRef} from './secret.js'

const duration = z.string().regex(/^\d+(s|m|h)$/, {error: 'expected a time such as 90m or 2h'})

/** As `inventorySchema` has them, and documents. */
const SYSTEMS = ['haproxy', 'redis', 'vsphere', 'receivers', 'azure', 'aws', 'linux', 'book'] as const

/** Which of the runs, and what of them; everything unless said. */
const which = {
  on: z
    .array(z.enum(['start', 'resume', 'failure', 'end']))
    .min(1)
    .meta({description: 'default: all of them'})
    .exactOptional(),
  systems: z
    .array(z.enum(SYSTEMS))
    .min(1)
    .meta({description: 'runs on these, book being documents (default: all of them)'})
    .exactOptional(),
}

const downtime = z.strictObject({
  scope: z
    .string()
    .regex(NAMES_TAGS, {error: 'a downtime of everything is refused: name tags, such as service:web'})
    .meta({description: 'tags, joined by AND or OR; {system}, {target} and {subject} are those of the run'}),
  monitorTags: z
    .array(z.string().min(1))
    .min(1)
    .meta({description: 'default: every monitor'})
    .exactOptional(),
  for: duration
    .meta({description: 'when it ends by itself, counted anew while the run goes on (default: 1h)'})
    .exactOptional(),
})

export const announcements = z
  .array(
    z.union(
      [
        z.strictObject({
          webhook: secretRef.meta({description: "the whole URL; gets Slack's JSON: {text}"}),
          ...which,
        }),
        z.strictObject({
          datadog: z
            .strictObject({
              tags: z.array(z.string().min(1)).exactOptional(),
              downtime: downtime.exactOptional(),
            })
            .meta({description: 'an event; keys are DD_API_KEY and DD_APP_KEY of the environment'}),
          ...which,
        }),
        z.strictObject({
          cmd: z
            .array(z.string())
            .min(1)
            .meta({description: 'a program and its arguments; gets JSON on its standard input'}),
          ...which,
        }),
      ],
      {error: 'an announcement is one of {webhook: ...}, {datadog: ...} and {cmd: [PROGRAM, ARGUMENT, ...]}'},
    ),
  )
  .meta({description: 'who is told about runs'})

export type Announcement = z.output<typeof announcements>[number]
export type Moment = NonNullable<Announcement['on']>[number]
