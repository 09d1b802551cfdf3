"""Makes the documented calls with the official SDK as it is, and prints each answer as a line of JSON.

Everything comes from the variables of the official SDK: HUAWEICLOUD_SDK_AK and _SK, and
HUAWEICLOUD_SDK_REGION_<SERVICE>_CN_NORTH_4 for the endpoints. Without HUAWEICLOUD_SDK_PROJECT_ID the
SDK asks the IAM at HUAWEICLOUD_SDK_IAM_ENDPOINT for the project. The call with the credentials of a
whole account is made if HUAWEICLOUD_SDK_DOMAIN_ID names one.
"""

import json
import os

from huaweicloudsdkcce.v3 import CceClient, ShowJobRequest
from huaweicloudsdkcce.v3.region.cce_region import CceRegion
from huaweicloudsdkcodeartsbuild.v3 import (
    CodeArtsBuildClient,
    ShowJobInfoRequest,
    ShowJobStatusRequest,
)
from huaweicloudsdkcodeartsbuild.v3.region.codeartsbuild_region import CodeArtsBuildRegion
from huaweicloudsdkcore.auth.provider import EnvCredentialProvider
from huaweicloudsdkcore.utils.http_utils import sanitize_for_serialization
from huaweicloudsdkeip.v2 import EipClient, ShowResourcesJobDetailRequest
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

eip = client(EipClient, EipRegion)
request = ShowResourcesJobDetailRequest(job_id="ff808082843684110184e155fdb36461")
show("ShowResourcesJobDetail", eip.show_resources_job_detail(request))

build = client(CodeArtsBuildClient, CodeArtsBuildRegion)
request = ShowJobStatusRequest(job_id="f5af662119404ad187437cd272b5099b")
show("ShowJobStatus", build.show_job_status(request))
request = ShowJobInfoRequest(job_id="f5af662119404ad187437cd272b5099b")
show("ShowJobInfo", build.show_job_info(request))

request = KeystoneListProjectsRequest(name=REGION)
show("KeystoneListProjects", client(IamClient, IamRegion).keystone_list_projects(request))
if "HUAWEICLOUD_SDK_DOMAIN_ID" in os.environ:
    iam = client(IamClient, IamRegion, EnvCredentialProvider.get_global())
    show("KeystoneListProjects of the account", iam.keystone_list_projects(request))
