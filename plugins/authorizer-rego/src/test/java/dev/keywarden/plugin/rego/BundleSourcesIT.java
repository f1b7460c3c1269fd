package dev.keywarden.plugin.rego;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the bundles beside the tests are what OPA makes of the sources beside them. */
final class BundleSourcesIT {
    private static final Path OPA = Path.of("../../target/tools/bin/opa");

    @Test
    void areMadeOfTheirSources(@TempDir Path folder) throws IOException, InterruptedException {
        assertThat(OPA)
                .as("OPA; `./keywarden test` installs it, or GOBIN=$PWD/target/tools/bin go install"
                        + " github.com/open-policy-agent/opa@v1.22.2")
                .exists();
        Process build = new ProcessBuilder("src/test/policies/build", OPA.toString(), folder.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(build.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(build.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(build.exitValue()).as(printed).isZero();
        for (String name : new String[] {"small", "odd", "clock", "missing"}) {
            assertThat(Files.readAllBytes(folder.resolve(name + ".tar.gz")))
                    .as(name)
                    .isEqualTo(TestBundles.bytes(name));
        }
    }
}
