// A real SMTP server for the tests: node smtp.mjs <key.pem> <certificate.pem> <user> <password>
// It takes mail after STARTTLS and a log-in only, and prints each one as a line of JSON.
import { readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const [key, cert, user, password] = process.argv.slice(2);
const server = new SMTPServer({
  key: readFileSync(key),
  cert: readFileSync(cert),
  onAuth: (given, _, done) => given.username === user && given.password === password ? done(null, { user }) : done(new Error('Wrong user or password')),
  onData: (stream, session, done) => {
    simpleParser(stream).then((mail) => {
      console.log(JSON.stringify({
        from: mail.from.text,
        to: session.envelope.rcptTo.map((rcpt) => rcpt.address),
        subject: mail.subject,
        text: mail.text,
        secure: session.secure,
        user: session.user,
      }));
      done();
    }, done);
  },
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.server.address().port}`));
