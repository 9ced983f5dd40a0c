import {type WatchInput, watch} from './watch.js'

await watch(JSON.parse(process.argv[2] ?? '') as WatchInput)
