// Everything the portal's pages do in the browser by themselves. Each module listens on the document,
// so that it works for whatever the server renders later.
import "./theme.js";
import "./copy.js";
import "./menus.js";
import "./keys.js";
import "./share.js";
import "./palette.js";
import "./times.js";
import "./toolbars.js";
import "./brush.js";
import "./favicon.js";
import "./passkeys.js";
import "./passphrase.js";
import { start } from "./connection.js";

start();
