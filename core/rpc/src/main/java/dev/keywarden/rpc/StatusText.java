package dev.keywarden.rpc;

/** HTTP statuses with their reason phrases (RFC 9110, section 15), which HTTP/2 and the JDK's client leave out. */
final class StatusText {
    private StatusText() {}

    static String of(int status) {
        String reason =
                switch (status) {
                    case 301 -> "Moved Permanently";
                    case 302 -> "Found";
                    case 303 -> "See Other";
                    case 307 -> "Temporary Redirect";
                    case 308 -> "Permanent Redirect";
                    case 400 -> "Bad Request";
                    case 401 -> "Unauthorized";
                    case 403 -> "Forbidden";
                    case 404 -> "Not Found";
                    case 408 -> "Request Timeout";
                    case 413 -> "Payload Too Large";
                    case 422 -> "Unprocessable Entity";
                    case 429 -> "Too Many Requests";
                    case 500 -> "Internal Server Error";
                    case 502 -> "Bad Gateway";
                    case 503 -> "Service Unavailable";
                    case 504 -> "Gateway Timeout";
                    default -> "";
                };
        return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
    }
}
