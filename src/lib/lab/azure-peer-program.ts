import {obey} from './azure-control.js'
import {type AzurePeerInput, serveAzure} from './azure-peer.js'

await serveAzure(JSON.parse(process.argv[2] ?? '') as AzurePeerInput, obey)
