//! No type of the SDK can show a secret: whatever is named like one is a `Secret`, whose debug
//! output is `[redacted]`, or is held by a type whose own debug output is written by hand.
//!
//! What errors and logs show is tested where they arise: `end_to_end.rs`, `temporary_credentials.rs`
//! and the sources of credentials.

use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::{Visit, visit_item_enum, visit_item_struct};
use syn::{Attribute, Field, Fields, ItemEnum, ItemStruct, Meta, Token};

/// Names of what must not be shown. A pointer to a secret, such as the path of a file, may be.
const SECRET: [&str; 7] = [
    "secret",
    "password",
    "token",
    "id_token",
    "security_token",
    "secret_key",
    "private_key",
];

/// Types that hold plain text.
const PLAIN: [&str; 4] = ["String", "str", "Vec < u8 >", "Bytes"];

#[test]
fn whatever_is_named_like_a_secret_is_one() {
    let mut walk = Walk::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for name in [
        "auth",
        "core",
        "cce",
        "codearts-build",
        "eip",
        "iam",
        "jobs",
        "sts",
        "emulator",
    ] {
        for path in rust_files(&root.join("crates").join(name).join("src")) {
            walk.file = path.strip_prefix(root).unwrap().display().to_string();
            walk.visit_file(&syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
    assert!(walk.types > 150, "only {} types were seen", walk.types);
    assert!(walk.secrets > 10, "only {} secrets were seen", walk.secrets);
    assert!(
        walk.shown.is_empty(),
        "shown by derived Debug: {:#?}",
        walk.shown
    );
}

#[test]
fn the_walk_finds_what_it_is_for() {
    let found = |code: &str| {
        let mut walk = Walk::default();
        walk.visit_file(&syn::parse_file(code).unwrap());
        walk.shown.len()
    };
    assert_eq!(
        found("#[derive(Clone, Debug)] struct A { password: Option<String> }"),
        1
    );
    assert_eq!(
        found("#[derive(Debug)] enum A { B { secret_key: String } }"),
        1
    );
    assert_eq!(
        found("#[derive(Debug)] struct A { password: Secret, token: TokenResult }"),
        0
    );
    assert_eq!(found("struct A { password: String }"), 0);
}

#[derive(Default)]
struct Walk {
    file: String,
    types: usize,
    secrets: usize,
    shown: Vec<String>,
}

impl Walk {
    fn fields(&mut self, owner: &syn::Ident, attributes: &[Attribute], fields: &Fields) {
        for Field { ident, ty, .. } in fields {
            let Some(name) = ident.as_ref().map(ToString::to_string) else {
                continue;
            };
            if !SECRET.contains(&name.as_str()) {
                continue;
            }
            let ty = quote::quote!(#ty).to_string();
            // What stands after the comma of a `Result` is the error.
            let ty = ty.split(" ,").next().unwrap_or_default();
            self.secrets += usize::from(ty.contains("Secret"));
            let is_plain = !ty.contains("Secret") && PLAIN.iter().any(|plain| ty.contains(plain));
            if is_plain && derives_debug(attributes) {
                self.shown
                    .push(format!("{}: {owner}.{name}: {ty}", self.file));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.types += 1;
        self.fields(&item.ident, &item.attrs, &item.fields);
        visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.types += 1;
        for variant in &item.variants {
            self.fields(&item.ident, &item.attrs, &variant.fields);
        }
        visit_item_enum(self, item);
    }
}

fn derives_debug(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .any(|attribute| {
            attribute
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .unwrap()
                .iter()
                .any(|derived| derived.path().is_ident("Debug"))
        })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => rust_files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
