package dev.keywarden.keys;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A file system that keeps no more promises than POSIX: content is durable once the file is forced, names once their directory
 * is forced, and until then each directory may reach the disk by itself up to any of its changes.
 *
 * <p>It can end a run before any operation that changes something, by a crash or by an error that the caller sees, and then
 * tell every state that the disk may be in.
 */
final class ModelFiles implements KeyFiles {
    /** The process is gone. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What a power cut makes of content that was not forced. */
    enum Unforced {
        KEPT,
        EMPTY,
        HALF
    }

    private static final class Node {
        final boolean directory;
        int mode;
        byte[] content = {};
        byte[] durableContent = {};
        boolean forced;
        final Map<String, Node> names = new TreeMap<>();
        final Map<String, Node> durableNames = new TreeMap<>();
        final List<Map<String, Node>> changes = new ArrayList<>();

        Node(boolean directory, int mode) {
            this.directory = directory;
            this.mode = mode;
        }

        void changed() {
            changes.add(new TreeMap<>(names));
        }
    }

    private final Node root;
    private int operations;
    private int endAt = Integer.MAX_VALUE;
    private boolean endsWithError;

    /** A file system with nothing but its root directory. */
    ModelFiles() {
        this(new Node(true, 0700));
    }

    private ModelFiles(Node root) {
        this.root = root;
    }

    /** Crashes instead of the n-th operation from now on that changes something, counted from 0. */
    void crashAt(int operation) {
        operations = 0;
        endAt = operation;
        endsWithError = false;
    }

    /** Fails the n-th operation from now on that changes something, and only that one. */
    void failAt(int operation) {
        operations = 0;
        endAt = operation;
        endsWithError = true;
    }

    /** Neither crashes nor fails any more. */
    void run() {
        operations = 0;
        endAt = Integer.MAX_VALUE;
    }

    int operations() {
        return operations;
    }

    /** The state a killed process leaves: everything that was done. */
    ModelFiles afterKill() {
        return new ModelFiles(copy(root, Unforced.KEPT, Map.of()));
    }

    /** Every state that a power cut may leave. */
    List<ModelFiles> afterPowerCut() {
        List<Node> directories = new ArrayList<>();
        collect(root, directories);
        List<ModelFiles> states = new ArrayList<>();
        for (Unforced unforced : Unforced.values()) {
            choose(directories, 0, new LinkedHashMap<>(), unforced, states);
        }
        return states;
    }

    /** Everything reachable before or after any change that is not durable. */
    private static void collect(Node directory, List<Node> found) {
        if (found.contains(directory)) {
            return;
        }
        found.add(directory);
        List<Map<String, Node>> versions = new ArrayList<>(directory.changes);
        versions.add(directory.durableNames);
        versions.add(directory.names);
        for (Map<String, Node> names : versions) {
            names.values().stream().filter(node -> node.directory).forEach(node -> collect(node, found));
        }
    }

    private void choose(
            List<Node> directories,
            int index,
            Map<Node, Map<String, Node>> chosen,
            Unforced unforced,
            List<ModelFiles> states) {
        if (index == directories.size()) {
            states.add(new ModelFiles(copy(root, unforced, chosen)));
            return;
        }
        Node directory = directories.get(index);
        List<Map<String, Node>> versions = new ArrayList<>();
        versions.add(directory.durableNames);
        versions.addAll(directory.changes);
        for (Map<String, Node> names : versions) {
            chosen.put(directory, names);
            choose(directories, index + 1, chosen, unforced, states);
        }
    }

    /** A deep copy in which everything is durable. */
    private static Node copy(Node node, Unforced unforced, Map<Node, Map<String, Node>> chosen) {
        Node copy = new Node(node.directory, node.mode);
        copy.content = content(node, unforced);
        copy.durableContent = copy.content;
        copy.forced = true;
        chosen.getOrDefault(node, node.names)
                .forEach((name, child) -> copy.names.put(name, copy(child, unforced, chosen)));
        copy.durableNames.putAll(copy.names);
        return copy;
    }

    private static byte[] content(Node file, Unforced unforced) {
        if (file.forced) {
            return file.durableContent;
        }
        return switch (unforced) {
            case KEPT -> file.content;
            case EMPTY -> new byte[0];
            case HALF -> Arrays.copyOf(file.content, file.content.length / 2);
        };
    }

    /** All names, modes and contents: equal for equal states. */
    String fingerprint() {
        StringBuilder text = new StringBuilder();
        describe(root, "", text);
        return text.toString();
    }

    private static void describe(Node node, String path, StringBuilder text) {
        text.append(path).append(' ').append(Integer.toOctalString(node.mode)).append(' ');
        text.append(node.content.length)
                .append(':')
                .append(Arrays.hashCode(node.content))
                .append('\n');
        node.names.forEach((name, child) -> describe(child, path + "/" + name, text));
    }

    private void step() throws IOException {
        if (operations++ == endAt) {
            if (endsWithError) {
                throw new IOException("no space left on device");
            }
            throw new Crash();
        }
    }

    private Node find(Path path) throws IOException {
        Node node = root;
        if (path.toString().isEmpty()) {
            return node;
        }
        for (Path name : path) {
            Node child = node.names.get(name.toString());
            if (child == null) {
                throw new NoSuchFileException(path.toString());
            }
            node = child;
        }
        return node;
    }

    private Node parent(Path path) throws IOException {
        Path parent = path.getParent();
        return parent == null ? root : find(parent);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    @Override
    public boolean exists(Path path) throws IOException {
        try {
            find(path);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public boolean isDirectory(Path path) throws IOException {
        return exists(path) && find(path).directory;
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return find(file).content.clone();
    }

    @Override
    public Set<String> list(Path directory) throws IOException {
        return new TreeSet<>(find(directory).names.keySet());
    }

    @Override
    public int mode(Path path) throws IOException {
        return find(path).mode;
    }

    @Override
    public void create(Path file, byte[] content, int mode) throws IOException {
        step();
        Node created = add(file, new Node(false, mode));
        created.content = content.clone();
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        step();
        add(directory, new Node(true, 0700));
    }

    private Node add(Path path, Node node) throws IOException {
        if (exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Node parent = parent(path);
        parent.names.put(name(path), node);
        parent.changed();
        return node;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        Node parent = parent(from);
        if (parent != parent(to)) {
            throw new IOException("a rename from one directory to another need not be atomic");
        }
        Node moved = find(from);
        if (exists(to) && (moved.directory || find(to).directory)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        parent.names.remove(name(from));
        parent.names.put(name(to), moved);
        parent.changed();
    }

    @Override
    public void delete(Path path) throws IOException {
        step();
        if (!find(path).names.isEmpty()) {
            throw new IOException(path + " is not empty");
        }
        Node parent = parent(path);
        parent.names.remove(name(path));
        parent.changed();
    }

    @Override
    public void force(Path file) throws IOException {
        step();
        Node node = find(file);
        node.durableContent = node.content;
        node.forced = true;
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step();
        Node node = find(directory);
        node.durableNames.clear();
        node.durableNames.putAll(node.names);
        node.changes.clear();
    }
}
