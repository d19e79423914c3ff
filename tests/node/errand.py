"""A sandbox client's errand, in one line of JSON.

Usage: python3 errand.py <portal> <API key> <authority's certificate> <sandbox> <port>
"""
import json
import re
import socket
import ssl
import sys
import urllib.error
import urllib.request

portal, key, authority, sandbox, port = sys.argv[1:]
suffix = re.sub(r"^https://portal\.", "", portal.rstrip("/"))
tls = ssl.create_default_context(cafile=authority)

# Every name leads to this machine.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: resolve("127.0.0.1", *more, **named)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls), Stay)


def send(method, url, headers=None, body=None):
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def api(method, path, body=None):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return json.loads(send(method, portal.rstrip("/") + path, headers, None if body is None else json.dumps(body).encode())[1])


listed = api("GET", f"/v1/sandboxes/{sandbox}/ports")
minted = api("POST", f"/v1/sandboxes/{sandbox}/preview-token", {"port": int(port), "ttl_seconds": 600})
preview_url = f"https://{port}-{sandbox}.{suffix}"
tampered = re.sub(r"(.)\.preview\.", lambda found: ("b" if found[1] == "a" else "a") + ".preview.", minted["url"])
print(json.dumps({
    "ports": ",".join(str(item["port"]) for item in (listed if isinstance(listed, list) else listed["ports"])),
    "previewUrl": preview_url,
    "sandbox": minted["sandbox_id"],
    "signed": send("GET", minted["url"])[0],
    "unsigned": send("GET", preview_url)[0],
    "tamperedWith": send("GET", tampered)[0],
    "unknown": api("GET", "/v1/sandboxes/aaaaaaaaaaaa/ports")["code"],
    "invalid": api("POST", f"/v1/sandboxes/{sandbox}/preview-token", {"port": 70000, "ttl_seconds": 600})["code"],
}))
