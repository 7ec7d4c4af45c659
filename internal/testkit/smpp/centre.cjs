// A message centre for tests, from the npm package smpp. It says what happens in lines of JSON, and takes orders as lines:
// "tell ID STATE" sends what became of an SMS, "drop" hangs up.
const smpp = require('smpp');
const [user, secret] = process.argv.slice(2);
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
let line = null;
let count = 0;
let throttled = false;

const server = smpp.createServer((session) => {
  session.on('error', () => {});
  session.on('bind_transceiver', (pdu) => {
    const known = pdu.system_id === user && pdu.password === secret;
    session.send(pdu.response(known ? { system_id: 'centre' } : { command_status: smpp.ESME_RBINDFAIL }));
    if (known) line = session;
    say({ bound: known });
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('submit_sm', (pdu) => {
    if (pdu.destination_addr.endsWith('00')) return session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
    if (pdu.destination_addr.endsWith('01') && !throttled) {
      throttled = true;
      return session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    }
    const id = 'm' + ++count;
    const header = pdu.short_message.udh ? Buffer.concat([].concat(pdu.short_message.udh)).toString('hex') : '';
    say({
      id, to: pdu.destination_addr, ton: pdu.dest_addr_ton, from: pdu.source_addr, from_ton: pdu.source_addr_ton, coding: pdu.data_coding,
      words: String(pdu.short_message.message), class: pdu.esm_class, header, registered: pdu.registered_delivery,
    });
    session.send(pdu.response({ message_id: id }));
  });
});

server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));

require('readline').createInterface({ input: process.stdin }).on('line', (order) => {
  const [what, id, state] = order.split(' ');
  if (what === 'drop') { line.destroy(); return say({ dropped: true }); }
  const words = `id:${id} sub:001 dlvrd:001 submit date:2611220900 done date:2611220901 stat:${state} err:000 text:`;
  line.deliver_sm({ esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT, source_addr: '37799000000', destination_addr: 'x', short_message: words },
    (pdu) => say({ told: id, status: pdu.command_status }));
}).on('close', () => process.exit(0));
