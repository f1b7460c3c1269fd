package dev.keywarden.app.cli;

import java.time.Duration;
import java.util.List;

/**
 * What a build runs once so that the JVM can note which classes a node and its clients need, and how they are linked (the
 * "ahead of time" cache of JDK 25). It lives a node's main job in one process: a start with bootstrap, then what guests and
 * operators ask.
 *
 * <p>The cache holds classes, names and counts of calls; nothing that a command computed gets into it. The state of this node
 * is the caller's to remove.
 */
public final class Rehearsal {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** So that the counts show what a node does often. */
    private static final int ROUNDS = 5;

    private static final List<List<String>> QUESTIONS = List.of(
            List.of("get-app-key"), List.of("meta"), List.of("get-app-key", "--json"), List.of("plugins", "list"));

    private Rehearsal() {}

    /** Runs in the working folder and leaves {@code .keywarden/} there; exit code 0 if everything was answered. */
    public static void main(String[] args) throws InterruptedException {
        Thread node = new Thread(() -> CommandLineInterface.run("dev", "--port", "0"), "rehearsal");
        node.setDaemon(true);
        node.start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int code = CommandLineInterface.run("get-app-key");
        while (code != 0 && node.isAlive() && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE);
            code = CommandLineInterface.run("get-app-key");
        }
        for (int round = 0; round < ROUNDS && code == 0; round++) {
            for (List<String> question : QUESTIONS) {
                code = Math.max(code, CommandLineInterface.run(question.toArray(String[]::new)));
            }
        }
        System.exit(code);
    }
}
