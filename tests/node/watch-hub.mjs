// Prints each message of the status hub on a line: node watch-hub.mjs <url> <api key>
import dns from 'node:dns';
import { HubConnectionBuilder, HttpTransportType, LogLevel } from '@microsoft/signalr';

// Every name under localhost is this machine, which Node's resolver does not know.
const lookup = dns.lookup;
dns.lookup = (name, options, callback) =>
  name.endsWith('.localhost') ? lookup('127.0.0.1', options, callback) : lookup(name, options, callback);

const [url, key] = process.argv.slice(2);
const connection = new HubConnectionBuilder()
  .withUrl(url, { transport: HttpTransportType.WebSockets, headers: { Authorization: `Bearer ${key}` } })
  .configureLogging(LogLevel.Error)
  .build();
await connection.start();
connection.stream('Watch').subscribe({
  next: message => console.log(JSON.stringify(message)),
  error: error => { console.error(String(error)); process.exit(1); },
  complete: () => process.exit(0),
});
