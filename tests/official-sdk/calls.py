"""Makes the documented calls with the official SDK as it is, and prints each answer as a line of JSON.

Everything comes from the variables of the official SDK: HUAWEICLOUD_SDK_AK and _SK, and
HUAWEICLOUD_SDK_REGION_<SERVICE>_CN_NORTH_4 for the endpoints. Without HUAWEICLOUD_SDK_PROJECT_ID the
SDK asks the IAM at HUAWEICLOUD_SDK_IAM_ENDPOINT for the project. The call with the credentials of a
whole account is made if HUAWEICLOUD_SDK_DOMAIN_ID names one.
"""

import json
import os

from huaweicloudsdkcce.v3 import (
    CceClient,
    Cluster,
    ClusterExtendParam,
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
    ParameterItem,
    RunJobRequest,
    RunJobRequestBody,
    Scm,
    ShowJobInfoRequest,
    ShowJobStatusRequest,
)
from huaweicloudsdkcodeartsbuild.v3.region.codeartsbuild_region import CodeArtsBuildRegion
from huaweicloudsdkcore.auth.provider import EnvCredentialProvider
from huaweicloudsdkcore.utils.http_utils import sanitize_for_serialization
from huaweicloudsdkeip.v2 import (
    BatchBandwidth,
    BatchCreatePublicipsRequest,
    BatchCreatePublicipsV2RequestBody,
    BatchPublicIp,
    EipClient,
    ShowResourcesJobDetailRequest,
)
from huaweicloudsdkeip.v2.region.eip_region import EipRegion
from huaweicloudsdkiam.v3 import IamClient, KeystoneListProjectsRequest
from huaweicloudsdkiam.v3.region.iam_region import IamRegion

REGION = "cn-north-4"


def client(kind, regions, provider=EnvCredentialProvider.get_basic()):
    builder = kind.new_builder().with_region(regions.value_of(REGION))
    return builder.with_credentials(provider.get_credentials()).build()


def show(call, answer):
    # What the SDK decoded, under the names of the API.
    result = sanitize_for_serialization(answer)
    line = {"call": call, "status": answer.status_code, "result": result}
    print(json.dumps(line, default=float), flush=True)


cce = client(CceClient, CceRegion)
request = ShowJobRequest(job_id="354331b2c-229a-11e8-9c75-0255ac100ceb")
show("ShowJob", cce.show_job(request))
spec = ClusterSpec(
    category="Turbo",
    flavor="cce.s2.small",
    version="v1.30",
    host_network=HostNetwork(
        vpc="00000000-0000-0000-0000-000000000002",
        subnet="00000000-0000-0000-0000-000000000003",
    ),
    container_network=ContainerNetwork(mode="eni"),
    eni_network=EniNetwork(
        subnets=[NetworkSubnet(subnet_id="00000000-0000-0000-0000-000000000004")]
    ),
    extend_param=ClusterExtendParam(alpha_cce_fix_pool_mask="25"),
)
metadata = ClusterMetadata(name="example-cluster")
cluster = Cluster(kind="Cluster", api_version="v3", metadata=metadata, spec=spec)
show("CreateCluster", cce.create_cluster(CreateClusterRequest(body=cluster)))

eip = client(EipClient, EipRegion)
request = ShowResourcesJobDetailRequest(job_id="ff808082843684110184e155fdb36461")
show("ShowResourcesJobDetail", eip.show_resources_job_detail(request))
body = BatchCreatePublicipsV2RequestBody(
    bandwidth=BatchBandwidth(
        charge_mode="traffic", name="example-bandwidth", share_type="PER", size=5
    ),
    publicip=BatchPublicIp(type="5_bgp"),
    publicip_number=2,
    enterprise_project_id="0",
)
request = BatchCreatePublicipsRequest(body=body)
show("BatchCreatePublicips", eip.batch_create_publicips(request))

build = client(CodeArtsBuildClient, CodeArtsBuildRegion)
request = ShowJobStatusRequest(job_id="f5af662119404ad187437cd272b5099b")
show("ShowJobStatus", build.show_job_status(request))
request = ShowJobInfoRequest(job_id="f5af662119404ad187437cd272b5099b")
show("ShowJobInfo", build.show_job_info(request))
body = RunJobRequestBody(
    job_id="901878212b1a49be9c1a1054c272762a",
    parameter=[ParameterItem(name="version", value="1.0")],
    scm=Scm(build_tag="v1.0"),
)
show("RunJob", build.run_job(RunJobRequest(body=body)))

request = KeystoneListProjectsRequest(name=REGION)
show("KeystoneListProjects", client(IamClient, IamRegion).keystone_list_projects(request))
if "HUAWEICLOUD_SDK_DOMAIN_ID" in os.environ:
    iam = client(IamClient, IamRegion, EnvCredentialProvider.get_global())
    show("KeystoneListProjects of the account", iam.keystone_list_projects(request))
