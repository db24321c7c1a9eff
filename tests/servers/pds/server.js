// The Bluesky PLC directory or PDS of the tests: `node server.js plc|pds`, everything from the environment.
// Prints one line of JSON when it listens; ends on SIGTERM. Started and stopped by ../pds.py.
'use strict'

const { Server } = require('net')

// Both servers would listen on every interface; in the tests nothing may be reached from outside.
const listen = Server.prototype.listen
Server.prototype.listen = function (where, ...rest) {
  const options = typeof where === 'object' && where !== null ? where : { port: Number(where) }
  const ready = rest.find((argument) => typeof argument === 'function')
  return listen.call(this, { ...options, host: '127.0.0.1' }, ready)
}

async function plc(port) {
  const { Database, PlcServer } = require('@did-plc/server')
  const server = PlcServer.create({ db: Database.mock(), port })
  await server.start()
  return () => server.destroy()
}

async function pds() {
  const { PDS, envToCfg, envToSecrets, readEnv } = require('@atproto/pds')
  const env = readEnv()
  const server = await PDS.create(envToCfg(env), envToSecrets(env))
  await server.start()
  return () => server.destroy()
}

async function main() {
  const kind = process.argv[2]
  const stop = kind === 'plc' ? await plc(Number(process.env.PLC_PORT)) : await pds()
  process.on('SIGTERM', () => stop().finally(() => process.exit(0)))
  process.stdout.write(JSON.stringify({ ready: kind, pid: process.pid }) + '\n')
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
