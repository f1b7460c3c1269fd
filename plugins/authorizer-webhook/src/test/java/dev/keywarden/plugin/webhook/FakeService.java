package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP service on loopback that does to each request what a test says, down to the bytes. */
final class FakeService implements AutoCloseable {
    static final String ALLOWS = "{\"isAllowed\":true,\"gatewayAppId\":\"g\",\"reason\":\"\"}";

    private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)", Pattern.CASE_INSENSITIVE);

    /** What to do with one request. Returning without having closed the socket waits for the next request on it. */
    interface Behaviour {
        void serve(Socket connection, OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final List<Behaviour> behaviours;
    private final AtomicInteger served = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    private final Thread accepting;

    private int ended;

    private final CountDownLatch firstRequest = new CountDownLatch(1);

    private FakeService(ServerSocket listener, List<Behaviour> behaviours) {
        this.listener = listener;
        this.behaviours = behaviours;
        this.accepting = Thread.ofVirtual().start(this::accept);
    }

    /** Each request gets the next behaviour; the last one is for all that follow. */
    static FakeService doing(Behaviour... behaviours) throws IOException {
        return on(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behaviours);
    }

    static FakeService on(ServerSocket listener, Behaviour... behaviours) {
        return new FakeService(listener, List.of(behaviours));
    }

    /** Opens the port of a service that was closed. */
    static FakeService again(int port, Behaviour... behaviours) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return on(listener, behaviours);
    }

    /** A whole answer of status 200. */
    static Behaviour answering(String body) {
        return answering("200 OK", "", body.getBytes(UTF_8));
    }

    /** A whole answer; further fields end with CR LF each. */
    static Behaviour answering(String status, String fields, byte[] body) {
        return (connection, out) -> {
            out.write(("HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + body.length + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            out.write(body);
        };
    }

    /** Bytes as they are, and then the end of the connection. */
    static Behaviour sending(String bytes) {
        return (connection, out) -> {
            out.write(bytes.getBytes(UTF_8));
            connection.close();
        };
    }

    /** Nothing at all, until the other side gives up. */
    static Behaviour hanging() {
        return (connection, out) -> {};
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Every request so far, byte for byte as ISO-8859-1. */
    List<String> requests() {
        return requests;
    }

    int connectionsAccepted() {
        return accepted.get();
    }

    int connectionsOpen() {
        return open.size();
    }

    void awaitFirstRequest() throws InterruptedException {
        firstRequest.await();
    }

    /** Waits until as many connections have ended in all, whoever ended them. */
    synchronized void awaitEnded(int connections) throws InterruptedException {
        while (ended < connections) {
            wait();
        }
    }

    private synchronized void noteEnd() {
        ended++;
        notifyAll();
    }

    /** Ends every connection, as a service does that restarts or tidies up. */
    void dropConnections() throws IOException {
        for (Socket connection : open) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = listener.accept();
                accepted.incrementAndGet();
                open.add(connection);
                Thread.ofVirtual().start(() -> converse(connection));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void converse(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            for (String request = read(in); !request.isEmpty(); request = read(in)) {
                requests.add(request);
                firstRequest.countDown();
                int turn = Math.min(served.getAndIncrement(), behaviours.size() - 1);
                behaviours.get(turn).serve(connection, connection.getOutputStream());
            }
        } catch (IOException e) {
            // The other side went away, which is what many tests want.
        } finally {
            open.remove(connection);
            noteEnd();
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        int c;
        while (request.indexOf("\r\n\r\n") < 0 && (c = in.read()) >= 0) {
            request.append((char) c);
        }
        Matcher length = LENGTH.matcher(request);
        if (length.find()) {
            request.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), ISO_8859_1));
        }
        return request.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        dropConnections();
        try {
            // The port is free only when nobody waits on it any more.
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
