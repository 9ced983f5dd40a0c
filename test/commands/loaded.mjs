// Loaded with --import: appends the URL of every module that is loaded, built-in ones aside, to the file LOADED.
import {appendFileSync} from 'node:fs'
import {registerHooks} from 'node:module'

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('node:')) appendFileSync(process.env.LOADED, `${url}\n`)
    return next(url, context)
  },
})
