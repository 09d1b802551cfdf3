"""Signs requests with the official SDK.

Reads lines of JSON, each a request: method, host, path, query (decoded pairs), headers (pairs), body
(hexadecimal), access_key, secret_key, security_token and project_id (each may be null), date. Prints
for each a line of JSON: the uri and the headers as they go over the wire.
"""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest


def sign(given):
    headers = dict(given["headers"])
    if len(headers) != len(given["headers"]):
        raise ValueError("the official SDK has one value for a header")
    # The date that the SDK would take from the clock.
    headers.setdefault("X-Sdk-Date", given["date"])
    request = SdkRequest(
        method=given["method"],
        schema="https",
        host=given["host"],
        resource_path=given["path"],
        query_params=[tuple(pair) for pair in given["query"]],
        header_params=headers,
        body=bytes.fromhex(given["body"]),
    )
    credentials = BasicCredentials(given["access_key"], given["secret_key"], given["project_id"])
    if given["security_token"] is not None:
        credentials.with_security_token(given["security_token"])
    return credentials.sign_request(request)


def wire(value):
    # The SDK leaves the bytes of UTF-8 in a string, one character for each.
    return value.encode("iso-8859-1").decode("utf-8")


for line in sys.stdin.buffer:
    signed = sign(json.loads(line))
    headers = [[name, wire(value)] for name, value in signed.header_params.items()]
    print(json.dumps({"target": signed.uri, "headers": headers}))
