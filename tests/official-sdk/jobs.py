"""Starts a job of each service with the official SDK, or looks up those whose ids come as JSON on
standard input, and prints how each is doing as a line of JSON.

The variables are those of calls.py.
"""

import json
import sys

from huaweicloudsdkcce.v3 import (
    CceClient,
    Cluster,
    ClusterMetadata,
    ClusterSpec,
    ContainerNetwork,
    CreateClusterRequest,
    EniNetwork,
    HostNetwork,
    NetworkSubnet,
    ShowJobRequest,
)
from huaweicloudsdkcce.v3.region.cce_region import CceRegion
from huaweicloudsdkcodeartsbuild.v3 import (
    CodeArtsBuildClient,
    RunJobRequest,
    RunJobRequestBody,
    ShowJobStatusRequest,
)
from huaweicloudsdkcodeartsbuild.v3.region.codeartsbuild_region import CodeArtsBuildRegion
from huaweicloudsdkcore.auth.provider import EnvCredentialProvider
from huaweicloudsdkeip.v2 import (
    BatchBandwidth,
    BatchCreatePublicipsRequest,
    BatchCreatePublicipsV2RequestBody,
    BatchPublicIp,
    EipClient,
    ShowResourcesJobDetailRequest,
)
from huaweicloudsdkeip.v2.region.eip_region import EipRegion


def client(kind, regions):
    credentials = EnvCredentialProvider.get_basic().get_credentials()
    builder = kind.new_builder().with_region(regions.value_of("cn-north-4"))
    return builder.with_credentials(credentials).build()


cce = client(CceClient, CceRegion)
eip = client(EipClient, EipRegion)
build = client(CodeArtsBuildClient, CodeArtsBuildRegion)


def create_cluster():
    spec = ClusterSpec(
        flavor="cce.s2.small",
        host_network=HostNetwork(vpc="a-vpc", subnet="a-subnet"),
        container_network=ContainerNetwork(mode="eni"),
        eni_network=EniNetwork(subnets=[NetworkSubnet(subnet_id="a-subnet")]),
    )
    metadata = ClusterMetadata(name="a-cluster")
    cluster = Cluster(kind="Cluster", api_version="v3", metadata=metadata, spec=spec)
    return cce.create_cluster(CreateClusterRequest(body=cluster)).status.job_id


def create_addresses():
    body = BatchCreatePublicipsV2RequestBody(
        bandwidth=BatchBandwidth(
            charge_mode="traffic", name="a-bandwidth", share_type="PER", size=5
        ),
        publicip=BatchPublicIp(type="5_bgp"),
        publicip_number=2,
        enterprise_project_id="0",
    )
    return eip.batch_create_publicips(BatchCreatePublicipsRequest(body=body)).job_id


def run_build():
    task = "901878212b1a49be9c1a1054c272762a"
    build.run_job(RunJobRequest(body=RunJobRequestBody(job_id=task)))
    return task


ids = json.load(sys.stdin) or {
    "cce": create_cluster(),
    "eip": create_addresses(),
    "codearts-build": run_build(),
}

job = cce.show_job(ShowJobRequest(job_id=ids["cce"]))
below = [sub_job.status.phase for sub_job in job.spec.sub_jobs or []]
lines = [["cce", job.status.phase, below]]
job = eip.show_resources_job_detail(ShowResourcesJobDetailRequest(job_id=ids["eip"]))
below = [sub_job["status"] for sub_job in job.entities.sub_jobs or []]
lines.append(["eip", job.status, below])
job = build.show_job_status(ShowJobStatusRequest(job_id=ids["codearts-build"]))
lines.append(["codearts-build", str(job.result).lower(), []])
for service, state, sub_jobs in lines:
    print(json.dumps({"service": service, "id": ids[service], "state": state, "sub_jobs": sub_jobs}))
