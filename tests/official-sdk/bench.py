"""Calls ShowJob of CCE with the official SDK, CALLS times in all by THREADS threads at once, and prints
the calls per second and the processor's microseconds per call.

    python bench.py CALLS THREADS

The variables are those of calls.py.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from huaweicloudsdkcce.v3 import CceClient, ShowJobRequest
from huaweicloudsdkcce.v3.region.cce_region import CceRegion
from huaweicloudsdkcore.auth.provider import EnvCredentialProvider

calls, threads = int(sys.argv[1]), int(sys.argv[2])
credentials = EnvCredentialProvider.get_basic().get_credentials()
builder = CceClient.new_builder().with_region(CceRegion.value_of("cn-north-4"))
client = builder.with_credentials(credentials).build()


def call(_):
    client.show_job(ShowJobRequest(job_id="354331b2c-229a-11e8-9c75-0255ac100ceb"))


with ThreadPoolExecutor(threads) as pool:
    # Connections are made and threads started before the clock is.
    list(pool.map(call, range(threads * 2)))
    start, processor = time.perf_counter(), time.process_time()
    list(pool.map(call, range(calls)))
    elapsed, used = time.perf_counter() - start, time.process_time() - processor
print(calls / elapsed, used / calls * 1e6)
