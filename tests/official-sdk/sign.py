"""Signs requests with the official SDK, and verifies signatures of elliptic curves with it.

Reads lines of JSON, each a request: algorithm, method, host, path, query (decoded pairs, whose values
may be lists and booleans), headers (pairs), body (hexadecimal), access_key, secret_key,
security_token, project_id and domain_id (each of these three may be null), date, region, service, and
signature: one of ours, or null.

Prints for each a line of JSON: the target and the headers as they go over the wire, the canonical
request and the string to sign, for a signature of ours whether the SDK accepts it, and whether the SDK
signs with a key of which it drops a byte (see `drops_a_byte`).
"""

import functools
import json
import sys

from huaweicloudsdkcore.auth import credentials as auth
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer import signer as signers
from huaweicloudsdkcore.signer.algorithm import SigningAlgorithm

ALGORITHMS = {
    "SDK-HMAC-SHA256": SigningAlgorithm.HMAC_SHA256,
    "SDK-HMAC-SM3": SigningAlgorithm.HMAC_SM3,
    "SDK-ECDSA-P256-SHA256": SigningAlgorithm.ECDSA_P256_SHA256,
    "SDK-SM2-SM3": SigningAlgorithm.SM2_SM3,
}
DERIVED = "V11-HMAC-SHA256"

texts = {}


def recording(signer):
    """The same signer, whose texts can be read afterwards and whose private keys are kept."""

    class Recording(signer):
        def _process_canonical_request(self, *args):
            texts["canonical_request"] = super()._process_canonical_request(*args)
            return texts["canonical_request"]

        def _process_string_to_sign(self, *args):
            texts["string_to_sign"] = super()._process_string_to_sign(*args)
            return texts["string_to_sign"]

        def get_signing_key(self):
            # A key takes as long as a signature, and hundreds of requests share one.
            return key_of(signer, self._ak, self._sk)

    return Recording


@functools.cache
def key_of(signer, access_key, secret_key):
    return signer(auth.BasicCredentials(access_key, secret_key)).get_signing_key()


def drops_a_byte(key):
    """Whether a coordinate of the public key begins with a zero byte.

    The SDK hashes the coordinates without leading zero bytes, the standard with them, so for one key
    in 128 the signatures of SM2 are not those of the standard.
    """
    return any(coordinate < 1 << 248 for coordinate in key._public_key)


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
        signing_algorithm=ALGORITHMS.get(given["algorithm"]),
    )
    access_key, secret_key = given["access_key"], given["secret_key"]
    if given["domain_id"] is not None:
        credentials = auth.GlobalCredentials(access_key, secret_key, given["domain_id"])
    else:
        credentials = auth.BasicCredentials(access_key, secret_key, given["project_id"])
    if given["security_token"] is not None:
        credentials.with_security_token(given["security_token"])
    if given["algorithm"] == DERIVED:
        credentials.with_derived_predicate(lambda request: True)
        # The client of a service sets these two.
        credentials._derived_auth_service_name = given["service"]
        credentials._region_id = given["region"]
    return credentials.sign_request(request)


def accepts(given):
    if given["signature"] is None:
        return {}
    signer = auth.Credentials._SIGNER_CASE[ALGORITHMS[given["algorithm"]]]
    key = signer(auth.BasicCredentials(given["access_key"], given["secret_key"])).get_signing_key()
    text = texts["string_to_sign"].encode()
    accepted = key.verify(bytes.fromhex(given["signature"]), text)
    return {"accepted": bool(accepted), "drops_a_byte": drops_a_byte(key)}


def wire(value):
    # The SDK leaves the bytes of UTF-8 in a string, one character for each.
    return value.encode("iso-8859-1").decode("utf-8")


auth.DerivationAKSKSigner = recording(signers.DerivationAKSKSigner)
auth.Credentials._SIGNER_CASE = {
    algorithm: recording(signer) for algorithm, signer in auth.Credentials._SIGNER_CASE.items()
}
for line in sys.stdin.buffer:
    given = json.loads(line)
    signed = sign(given)
    headers = [[name, wire(value)] for name, value in signed.header_params.items()]
    answer = {"target": signed.uri, "headers": headers, **texts, **accepts(given)}
    print(json.dumps(answer))
