// V8 with files, timers, threads, processes and cryptography. Lines are printed in an order of their own.
const fs = require('node:fs');
const childProcess = require('node:child_process');
const crypto = require('node:crypto');
const zlib = require('node:zlib');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { promisify } = require('node:util');

async function main() {
  fs.mkdirSync('/tmp/work');
  fs.writeFileSync('/tmp/work/file', 'hello');
  fs.appendFileSync('/tmp/work/file', ', world');
  console.log(fs.readFileSync('/tmp/work/file', 'utf8'), fs.statSync('/tmp/work/file').size);
  console.log((await fs.promises.readdir('/tmp/work')).join(), fs.existsSync('/tmp/none'));
  console.log(crypto.createHash('sha256').update('abc').digest('hex'));
  console.log((await promisify(crypto.pbkdf2)('password', 'salt', 1000, 16, 'sha1')).toString('hex'));
  const key = crypto.createHash('sha256').update('key').digest();
  const cipher = crypto.createCipheriv('aes-256-cbc', key, Buffer.alloc(16));
  console.log(cipher.update('secret', 'utf8', 'hex') + cipher.final('hex'));
  console.log(zlib.gunzipSync(zlib.gzipSync('x'.repeat(10000))).length);
  console.log(childProcess.execFileSync('/bin/echo', ['child']).toString().trim());
  const failed = await new Promise((resolve) => {
    childProcess.exec('echo out; echo err >&2; exit 3', (error, out, err) => resolve([error.code, out, err]));
  });
  console.log(JSON.stringify(failed));
  const worker = new Worker(__filename);
  const exit = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage(1e6);
  console.log('worker', await new Promise((resolve) => worker.once('message', resolve)));
  console.log('exit', await exit);
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => order.push('timeout') && resolve(), 20);
    setImmediate(() => order.push('immediate'));
    process.nextTick(() => order.push('tick'));
    Promise.resolve().then(() => order.push('promise'));
  });
  console.log(order.join());
  // Code that V8 optimises, gives up and optimises again.
  const add = (a, b) => a + b;
  let sum = 0;
  for (let i = 0; i < 200000; i++) sum = add(sum, i & 7);
  console.log(sum, add('a', 'b'), add(0.1, 0.2), add(1n, 2n));
  for (let i = 0; i < 200000; i++) sum = add(sum, 0.5);
  console.log(
    sum,
    [3, 1, 2].sort().map((x) => x ** 2),
    /(\d+)-(?<w>\w+)/u.exec('12-ab').groups.w,
  );
  try {
    (function deep() {
      deep();
    })();
  } catch (error) {
    console.log(error.name);
  }
  console.log(process.version.split('.')[0], process.arch, process.platform);
}

if (isMainThread) main();
else
  parentPort.once('message', (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += i;
    parentPort.postMessage(sum);
  });
