package dev.keywarden.plugin.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the webhook is, and the heads of the requests to it.
 *
 * <p>Heads have the fields, their order and their spelling of the recorded requests of the reference implementation.
 * User name and password in the URL become HTTP Basic, as there; they are in no text for people.
 */
final class Endpoint {
    private static final Pattern URL = Pattern.compile("(?<scheme>[hH][tT][tT][pP][sS]?)://"
            + "(?:(?<userinfo>[^/?#@]*)@)?"
            + "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~-]+)"
            + "(?::(?<port>[0-9]{1,5}))?"
            + "(?<path>/[!-~&&[^?#]]*)?");

    private final boolean secure;
    private final String host;
    private final int port;
    private final String path;
    private final String shown;
    private final String commonHead;

    private Endpoint(Matcher url, Wire wire) {
        this.secure = url.group("scheme").toLowerCase(Locale.ROOT).equals("https");
        String bracketed = url.group("host");
        this.host = bracketed.startsWith("[") ? bracketed.substring(1, bracketed.length() - 1) : bracketed;
        String explicitPort = url.group("port");
        int defaultPort = secure ? 443 : 80;
        this.port = explicitPort == null ? defaultPort : Integer.parseInt(explicitPort);
        this.path = url.group("path") == null ? "" : url.group("path");
        this.shown = url.group("scheme") + "://" + bracketed + (explicitPort == null ? "" : ":" + explicitPort) + path;
        String userinfo = url.group("userinfo");
        this.commonHead = "user-agent: " + wire.userAgent() + "\r\n"
                + "accept: */*\r\n"
                + (userinfo == null ? "" : "authorization: " + basic(userinfo) + "\r\n")
                + "host: " + bracketed + (port == defaultPort ? "" : ":" + port) + "\r\n";
    }

    /**
     * Reads a URL {@code http[s]://[user[:password]@]host[:port][/path]}.
     *
     * <p>Not {@link java.net.URI}: that finds no host in {@code http://auth_api:8000}, a usual name among containers.
     *
     * @throws IllegalArgumentException in words that do not repeat the URL, which may hold a password
     */
    static Endpoint parse(String url, Wire wire) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "url must be http://host[:port][/path] or https://host[:port][/path], without query and fragment");
        }
        Endpoint endpoint = new Endpoint(matcher, wire);
        if (endpoint.port < 1 || endpoint.port > 65_535) {
            throw new IllegalArgumentException("url names port " + endpoint.port + "; ports are 1 to 65535");
        }
        return endpoint;
    }

    boolean secure() {
        return secure;
    }

    /** A name or an address, without brackets. */
    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** The configured URL without user name and password. */
    String shown() {
        return shown;
    }

    /** The URL of a question: the configured one, a slash if it has none at its end, then the path of the question. */
    String shown(String question) {
        return join(shown, question);
    }

    /** A GET of the configured URL itself. */
    byte[] get() {
        return ("GET " + (path.isEmpty() ? "/" : path) + " HTTP/1.1\r\n" + commonHead + "\r\n").getBytes(ISO_8859_1);
    }

    /** A POST of JSON to the path of a question below the configured URL. */
    byte[] post(String question, byte[] body) {
        byte[] head = ("POST " + join(path, question) + " HTTP/1.1\r\n"
                        + "content-type: application/json\r\n"
                        + commonHead
                        + "content-length: " + body.length + "\r\n\r\n")
                .getBytes(ISO_8859_1);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    /** The same as {@link #shown()}. */
    @Override
    public String toString() {
        return shown;
    }

    private static String join(String base, String question) {
        return base.endsWith("/") ? base + question : base + "/" + question;
    }

    private static String basic(String userinfo) {
        int colon = userinfo.indexOf(':');
        String user = colon < 0 ? userinfo : userinfo.substring(0, colon);
        String password = colon < 0 ? "" : userinfo.substring(colon + 1);
        byte[] credentials = (decode(user) + ":" + decode(password)).getBytes(UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    private static String decode(String component) {
        try {
            // In this part of a URL, unlike in forms, a plus is a plus.
            return URLDecoder.decode(component.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("url has a broken percent sign in its user name or password");
        }
    }

    /** Whether the host is this machine itself by an address or the name {@code localhost}. */
    boolean loopback() {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** The settings' text for people, or null if there is nothing to say. */
    @Nullable String warning() {
        return secure || loopback()
                ? null
                : "The webhook " + shown + " is asked over plain HTTP: whoever is on the way can answer in its place";
    }
}
