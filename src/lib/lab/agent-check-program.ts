import {type AgentCheckInput, serveAgent} from './agent-check.js'

await serveAgent(JSON.parse(process.argv[2] ?? '') as AgentCheckInput)
