import {type AppServerInput, serveApp} from './app-server.js'

await serveApp(JSON.parse(process.argv[2] ?? '') as AppServerInput)
