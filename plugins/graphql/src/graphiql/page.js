// SPDX-License-Identifier: Apache-2.0
// The session of the page /graphiql: who asks, and for which tenant. The token is in memory only; a reload gets another
// one by the cookie of the login, which scripts cannot read.
(() => {
  "use strict";
  const LOGGED_IN = "tenon.graphiql.loggedIn";  // there may be such a cookie: asking in vain would be an error
  const element = (id) => document.getElementById(id);
  // Styles that libraries add must carry it: the policy of the page takes no others.
  window.__webpack_nonce__ = document.querySelector("meta[name=style-nonce]").content;

  const say = (message) => { element("message").textContent = message; };
  const post = (path, body, headers) =>
    fetch(path, {method: "POST", headers: {"Content-Type": "application/json", ...headers}, body: JSON.stringify(body)});

  function authorization() {
    const tenant = element("tenant").value;
    return {Authorization: `Bearer ${element("token").value.trim()}`, ...(tenant ? {"X-Tenant-Id": tenant} : {})};
  }

  async function take(response) {
    const body = await response.json().catch(() => ({}));
    if (!response.ok) {
      say(body.message || `The host answered ${response.status}.`);
      return false;
    }
    element("token").value = body.token;
    sessionStorage.setItem(LOGGED_IN, "yes");
    return true;
  }

  const refresh = async () => sessionStorage.getItem(LOGGED_IN) !== null && take(await post("/api/f/auth/refresh", {}));

  async function ask(parameters, options) {
    const send = () => post("/api/f/graphql", parameters, {...(options && options.headers), ...authorization()});
    let response = await send();
    if (response.status === 401 && await refresh()) response = await send();
    const body = await response.json();
    // What the host itself refuses has no errors as GraphQL knows them.
    return body.data !== undefined || Array.isArray(body) || !body.message ? body : {errors: [{message: body.message}]};
  }

  let root = null;
  function show() {
    root = root || ReactDOM.createRoot(element("graphiql"));
    // Another tenant is another schema: everything begins anew.
    const key = element("tenant").value;
    root.render(React.createElement(GraphiQL, {fetcher: ask, key, defaultQuery: "{\n  __typename\n}\n"}));
  }

  async function connect() {
    say("");
    const response = await fetch("/api/f/tenants", {headers: {Authorization: authorization().Authorization}});
    const body = await response.json().catch(() => []);
    if (!response.ok) return say(body.message || `The host answered ${response.status}.`);
    element("tenant").replaceChildren(...body.map((tenant) => new Option(tenant.id, tenant.id)));
    element("tenant").disabled = false;
    show();
  }

  element("session").addEventListener("submit", async (event) => {
    event.preventDefault();
    const credentials = {username: element("username").value, password: element("password").value};
    if (await take(await post("/api/f/auth/login", credentials))) {
      element("password").value = "";
      await connect();
    }
  });
  element("use").addEventListener("click", connect);
  element("tenant").addEventListener("change", show);
  window.addEventListener("load", async () => { if (await refresh()) await connect(); });
})();
