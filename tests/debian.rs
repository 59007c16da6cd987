//! The Debian package, built and unpacked into a folder: the program, its manual and its completions.

use std::path::Path;
use std::process::Command;

#[test]
#[ignore = "needs dpkg and cargo-deb"]
fn the_package_installs_the_program_its_manual_and_its_completions() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("riskscope.deb");
    let built = Command::new(top.join("assets/debian.sh"))
        .args(["--profile=dev", "--fast", "--output"])
        .arg(&package)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let root = folder.path().join("root");
    let admin = root.join("var/lib/dpkg");
    std::fs::create_dir_all(admin.join("updates")).unwrap();
    std::fs::create_dir_all(admin.join("info")).unwrap();
    std::fs::write(admin.join("status"), "").unwrap();
    // Its only dependencies are the C library and related ones, which the folder does not contain.
    let installed = Command::new("dpkg")
        .args(["--force-not-root", "--force-depends", "--force-bad-path", "--log=/dev/null"])
        .arg(format!("--root={}", root.display()))
        .arg("--install")
        .arg(&package)
        .output()
        .unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    let said = Command::new(root.join("usr/bin/riskscope")).arg("--version").output().unwrap();
    assert!(said.status.success() && said.stdout.starts_with(b"riskscope "), "{said:?}");
    for file in [
        "usr/share/man/man1/riskscope.1.gz",
        "usr/share/man/man1/riskscope-eval.1.gz",
        "usr/share/bash-completion/completions/riskscope",
        "usr/share/zsh/vendor-completions/_riskscope",
        "usr/share/fish/vendor_completions.d/riskscope.fish",
        "usr/share/doc/riskscope/copyright",
    ] {
        let length = std::fs::metadata(root.join(file)).unwrap_or_else(|e| panic!("{file}: {e}")).len();
        assert!(length > 100, "{file}: {length} bytes");
    }
}
