//! `cargo xtask generate`: from specs/ to the generated files.

use std::error::Error;
use std::path::Path;

use huaweicloud_codegen::{SERVICES, Service};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Writes nothing; fails when a generated file is not what its document says
    #[arg(long)]
    check: bool,
    /// Only this service, such as cce
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("xtask has no parent folder")?;
    let only = arguments.service.as_deref().map(named).transpose()?;
    let mut drifted = Vec::new();
    // The generator catches the panics of progenitor and tells what they are about; the messages that
    // they would print on the way tell nothing more.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let generated = huaweicloud_codegen::generate(root, only);
    std::panic::set_hook(hook);
    for file in generated? {
        let path = root.join(&file.path);
        if std::fs::read_to_string(&path).is_ok_and(|code| code == file.code) {
            continue;
        }
        if arguments.check {
            drifted.push(file.path.display().to_string());
        } else {
            std::fs::write(&path, file.code)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            println!("wrote {}", file.path.display());
        }
    }
    if drifted.is_empty() {
        return Ok(());
    }
    let drifted = drifted.join(", ");
    Err(format!("{drifted}: not what the documents say; run cargo xtask generate").into())
}

fn named(name: &str) -> Result<&'static Service, String> {
    Service::named(name).ok_or_else(|| {
        let known: Vec<_> = SERVICES.iter().map(|service| service.name).collect();
        format!("there is no service {name}; there are {}", known.join(", "))
    })
}
