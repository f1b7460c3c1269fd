package dev.keywarden.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire protocol, section 12: the search order, and what wins. */
final class ConfigurationFilesTest {
    private final Path folder;

    ConfigurationFilesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void startsFromTheDefaultsOfTheReference() {
        ConfigurationTree tree = new ConfigurationFiles(List.of()).read(null);

        assertThat(tree.files()).isEmpty();
        assertThat(tree.table("rpc")).containsEntry("address", "0.0.0.0").containsEntry("port", 8000);
        assertThat(tree.table("core"))
                .containsEntry("cert_dir", "/etc/kms/certs")
                .containsEntry("subject_postfix", ".dstack")
                .containsEntry("admin_token_hash", "");
        assertThat(tree.table("core.image"))
                .containsEntry("verify", true)
                .containsEntry("cache_dir", "/usr/share/dstack/images")
                .containsEntry("download_url", "http://localhost:8000/{OS_IMAGE_HASH}.tar.gz")
                .containsEntry("download_timeout", "2m");
        assertThat(tree.table("core.auth_api")).containsEntry("type", "webhook");
        assertThat(tree.table("core.auth_api.webhook")).containsEntry("url", "http://auth-api:8000");
        assertThat(tree.table("core.auth_api.dev")).containsEntry("gateway_app_id", "any");
        assertThat(tree.table("core.onboard"))
                .containsEntry("enabled", true)
                .containsEntry("auto_bootstrap_domain", "")
                .containsEntry("quote_enabled", true)
                .containsEntry("port", 8000);
    }

    @Test
    void searchesWhereTheReferenceSearchesAndNowhereElse() throws IOException {
        write("kms.toml", "");
        write("kms.json", "{}");
        write("kms.yaml", "");

        List<Path> here = ConfigurationFiles.standard(folder).read(null).files().stream()
                .filter(file -> file.startsWith(folder))
                .toList();

        assertThat(here).containsExactly(folder.resolve("kms.toml"), folder.resolve("kms.json"));
    }

    @Test
    void letsEachLaterFileWinKeyByKey() throws IOException {
        List<Path> searched = new ArrayList<>();
        searched.add(write("1.toml", "rpc.address = \"1\"\ncore.site_name = \"1\"\nrpc.port = 1"));
        searched.add(write("2.json", "{\"rpc\": {\"address\": \"2\", \"port\": 2}}"));
        searched.add(write("3.toml", "[rpc]\nport = 3"));
        Path explicit = write("4.toml", "[rpc.limits]\nmax_connections = 4");

        ConfigurationTree tree = new ConfigurationFiles(searched).read(explicit);

        assertThat(tree.table("core")).containsEntry("site_name", "1");
        assertThat(tree.table("rpc")).containsEntry("address", "2").containsEntry("port", 3);
        assertThat(tree.table("rpc.limits")).containsEntry("max_connections", 4);
        assertThat(tree.files()).startsWith(searched.toArray(Path[]::new)).endsWith(explicit);
    }

    @Test
    void replacesAListInsteadOfJoiningIt() throws IOException {
        Path first = write("1.toml", "core.attestation.accept = [\"tdx\", \"mock\"]");
        Path second = write("2.toml", "core.attestation.accept = [\"tdx\"]");

        ConfigurationTree tree = new ConfigurationFiles(List.of(first)).read(second);

        assertThat(tree.table("core.attestation")).containsEntry("accept", List.of("tdx"));
    }

    @Test
    void doesNotLetOneReadingChangeTheNext() throws IOException {
        Path file = write("1.toml", "rpc.port = 1");

        new ConfigurationFiles(List.of()).read(file).table("rpc").put("port", 2);

        assertThat(new ConfigurationFiles(List.of()).read(null).table("rpc")).containsEntry("port", 8000);
    }

    @Test
    void skipsSearchedFilesThatAreNotThere() {
        assertThat(new ConfigurationFiles(List.of(folder.resolve("none.toml")))
                        .read(null)
                        .files())
                .isEmpty();
    }

    @Test
    void defect42RefusesAnExplicitFileThatIsNotThere() {
        Path missing = folder.resolve("kms.tml");

        assertThatThrownBy(() -> new ConfigurationFiles(List.of()).read(missing))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(missing + ": there is no such file. Check the path given with --config");
    }

    @Test
    void refusesAFolderInPlaceOfAFile() {
        assertThatThrownBy(() -> new ConfigurationFiles(List.of()).read(folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(folder + ": can't be read");
    }

    @Test
    void readsAnythingButTomlAsJson() throws IOException {
        Path file = write("kms.conf", "{\"rpc\": {\"port\": 7}}");

        assertThat(new ConfigurationFiles(List.of()).read(file).table("rpc")).containsEntry("port", 7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[rpc]\nport = \n", "[rpc]\nport = 1\nport = 2\n", "[rpc\n", "rpc.port = 1\n[rpc.port]\n", "\0"})
    void namesFileAndLineOfBrokenToml(String content) throws IOException {
        Path file = write("kms.toml", content);

        assertThatThrownBy(() -> new ConfigurationFiles(List.of()).read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(file + " (line ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "1",
                "\"text\"",
                "{} {}",
                "{\"rpc\": {}, \"rpc\": {}}",
                "{\"rpc\": {\"port\": 1,}}"
            })
    void namesTheFileOfBrokenJson(String content) throws IOException {
        Path file = write("kms.json", content);

        assertThatThrownBy(() -> new ConfigurationFiles(List.of()).read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(file.toString());
    }

    @Test
    void refusesAFileThatHoldsNull() throws IOException {
        Path file = write("kms.json", "null");

        assertThatThrownBy(() -> new ConfigurationFiles(List.of()).read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ": must be a table, but is null");
    }

    @Test
    void givesAnEmptyTableForOneThatIsNotThere() {
        ConfigurationTree tree = new ConfigurationTree(Map.of("core", Map.of()), List.of());

        assertThat(tree.table("core.attestation.tdx")).isEmpty();
    }

    @Test
    void namesTheKeyThatIsNoTableWithoutShowingItsValue() {
        ConfigurationTree tree = new ConfigurationTree(Map.of("core", Map.of("admin", "secret")), List.of());

        assertThatThrownBy(() -> tree.table("core.admin.auth_token"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("core.admin must be a table");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
