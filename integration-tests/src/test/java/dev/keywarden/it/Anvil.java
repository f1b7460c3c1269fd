package dev.keywarden.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A chain of one node on this machine, with the well-known accounts of its default mnemonic. */
final class Anvil implements AutoCloseable {
    /** The first of the accounts; the tests' deployer. */
    static final String FIRST_ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI uri;
    private final Process process;

    private Anvil(int port, Process process) {
        this.uri = URI.create("http://127.0.0.1:" + port);
        this.process = process;
    }

    /** @param options besides the port, such as {@code --slots-in-an-epoch 2} */
    static Anvil start(String... options) {
        int port = Ports.free();
        List<String> command = new ArrayList<>(List.of(
                Foundry.tool("anvil").toString(), "--host", "127.0.0.1", "--port", Integer.toString(port), "--silent"));
        command.addAll(Arrays.asList(options));
        try {
            Anvil anvil = new Anvil(
                    port,
                    new ProcessBuilder(command)
                            .inheritIO()
                            .directory(Foundry.FOLDER.toFile())
                            .start());
            anvil.awaitAnswer();
            return anvil;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return uri.toString();
    }

    /** The whole answer: {@code result}, or {@code error} with its {@code data}. */
    JsonNode ask(String method, Object... params) {
        ObjectNode question = Recordings.JSON.createObjectNode();
        question.put("jsonrpc", "2.0").put("id", 1).put("method", method);
        question.set("params", Recordings.JSON.valueToTree(params));
        try {
            return Recordings.json(client.send(
                            HttpRequest.newBuilder(uri)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(question.toString()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The result; fails if there is none. */
    JsonNode result(String method, Object... params) {
        JsonNode answer = ask(method, params);
        if (!answer.has("result")) {
            throw new AssertionError(method + " failed: " + answer);
        }
        return answer.get("result");
    }

    /** Sends a transaction of one of the node's accounts, and waits until it is mined; returns its receipt. */
    JsonNode send(JsonNode transaction) {
        String hash = result("eth_sendTransaction", transaction).asText();
        if (!Await.until(LIMIT, () -> !receipt(hash).isNull())) {
            throw new AssertionError("not mined: " + transaction);
        }
        return receipt(hash);
    }

    JsonNode receipt(String hash) {
        return result("eth_getTransactionReceipt", hash);
    }

    private void awaitAnswer() {
        if (!Await.until(LIMIT, () -> !process.isAlive() || answers()) || !process.isAlive()) {
            close();
            throw new AssertionError("anvil does not answer at " + uri);
        }
    }

    private boolean answers() {
        try {
            result("eth_chainId");
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
