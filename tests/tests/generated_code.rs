//! The generated code of the documented operations, held still, and true to the documents.

use std::path::Path;

use syn::{Item, ItemMod, Type};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_generated_code_is_what_the_documents_say() {
    for file in huaweicloud_codegen::generate(root(), None).unwrap() {
        let checked_in = std::fs::read_to_string(root().join(&file.path)).unwrap();
        assert!(
            checked_in == file.code,
            "{} is not what the documents say; run cargo xtask generate",
            file.path.display(),
        );
    }
}

#[test]
fn generation_is_deterministic() {
    let code = || {
        let files = huaweicloud_codegen::generate(root(), None).unwrap();
        files.into_iter().map(|file| file.code).collect::<Vec<_>>()
    };
    assert_eq!(code(), code());
}

#[test]
fn each_documented_operation_and_its_types_are_as_reviewed() {
    let operations = [
        (
            "cce",
            "ShowJob",
            &["Job", "JobMetadata", "JobSpec", "JobStatus"][..],
        ),
        (
            "cce",
            "CreateCluster",
            &[
                "ClusterMetadata",
                "ContainerNetwork",
                "ContainerNetworkResp",
            ],
        ),
        (
            "eip",
            "BatchCreatePublicips",
            &["BatchBandwidth", "BatchCreatePublicipsResponse"],
        ),
        (
            "eip",
            "ShowResourcesJobDetail",
            &["ResourcesJob", "SubJobsInfo"],
        ),
        (
            "codearts-build",
            "RunJob",
            &["RunJobRequestBody", "RunJobResponse"],
        ),
        (
            "codearts-build",
            "ShowJobStatus",
            &["ShowJobStatusResponse"],
        ),
        (
            "codearts-build",
            "ShowJobInfo",
            &["CallStatus", "ShowJobInfoResponse", "ShowJobInfoResult"],
        ),
        (
            "iam",
            "KeystoneCreateUserTokenByPassword",
            &["PwdPasswordUser"],
        ),
        (
            "iam",
            "KeystoneListProjects",
            &["KeystoneListProjectsResponse", "ProjectResult"],
        ),
        (
            "iam",
            "KeystoneCreateAgencyToken",
            &["AgencyTokenAssumerole"],
        ),
        (
            "iam",
            "CreateTemporaryAccessKeyByToken",
            &["Credential", "IdentityToken"],
        ),
        ("iam", "CreateTokenWithIdToken", &["GetIdTokenIdTokenBody"]),
        (
            "sts",
            "AssumeAgency",
            &["AssumeAgencyReqBody", "CredentialsDto"],
        ),
    ];
    for (service, operation, types) in operations {
        let path = root().join(format!("crates/{service}/src/generated.rs"));
        let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut items = named(module(&file.items, "builder"), &[operation]);
        items.extend(named(module(&file.items, "types"), types));
        assert!(items.len() > types.len(), "{operation}");
        let excerpt = syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items,
        };
        insta::assert_snapshot!(operation, prettyplease::unparse(&excerpt));
    }
}

fn module<'a>(items: &'a [Item], name: &str) -> &'a [Item] {
    items
        .iter()
        .find_map(|item| match item {
            Item::Mod(ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) if ident == name => Some(items.as_slice()),
            _ => None,
        })
        .unwrap()
}

fn named(items: &[Item], names: &[&str]) -> Vec<Item> {
    items
        .iter()
        .filter(|item| match item {
            Item::Struct(item) => names.contains(&item.ident.to_string().as_str()),
            Item::Macro(item) => {
                let code = item.mac.tokens.to_string();
                names
                    .iter()
                    .any(|name| code.contains(&format!("enum {name} ")))
            }
            Item::Impl(item) => match &*item.self_ty {
                Type::Path(path) => {
                    let name = path.path.segments.last().unwrap().ident.to_string();
                    names.contains(&name.as_str())
                }
                _ => false,
            },
            _ => false,
        })
        .cloned()
        .collect()
}
