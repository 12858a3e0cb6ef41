// Reads events with Node's EventSource and prints each as a line of JSON: read_events.mjs URL COUNT.
const [url, count] = process.argv.slice(2);
const source = new EventSource(url);
let received = 0;

const report = (event) => {
  console.log(JSON.stringify({ type: event.type, data: event.data, id: event.lastEventId }));
  if (++received === Number(count)) {
    source.close();
    process.exit(0);
  }
};

source.addEventListener("message", report);
source.addEventListener("timestamp", report);
source.addEventListener("typed", report);
