import {parentPort, workerData} from 'node:worker_threads'
import type {ThreadSettings} from './messages.js'
import {serveThread} from './thread.js'

if (parentPort !== null) serveThread(parentPort, workerData as ThreadSettings)
