package dev.keywarden.collateral;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a collateral service is, as operators and the reference write it: slashes and the path of the service's interface at
 * the end do not matter.
 *
 * @param base scheme, host, port and path, without a slash at its end
 */
public record ServiceAddress(String base) {
    /** Intel's own service. */
    public static final ServiceAddress INTEL = new ServiceAddress("https://api.trustedservices.intel.com");

    private static final String INTEL_ROOT_CRL = "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der";
    private static final Pattern INTERFACE = Pattern.compile("/+(sgx|tdx)/certification/v4$");
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}|\\[::1]");

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is none, or would send requests over a network without TLS
     */
    public static ServiceAddress parse(String url) {
        String base = INTERFACE.matcher(url.replaceAll("/+$", "")).replaceAll("");
        URI uri = uri(base);
        String host = uri.getHost();
        if (host == null || uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(shown(url) + " must be https://host[:port][/path] and nothing more");
        }
        boolean loopback = "http".equalsIgnoreCase(uri.getScheme())
                && LOOPBACK.matcher(host).matches();
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !loopback) {
            throw new IllegalArgumentException(shown(url)
                    + " must begin with https://; http:// is taken for the addresses 127.0.0.1 and [::1] alone");
        }
        return new ServiceAddress(base.replaceAll("/+$", ""));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(shown(text) + " is not a URL", e);
        }
    }

    private static String shown(String text) {
        return text.length() > 64 ? text.substring(0, 64) + "..." : text;
    }

    URI pckCrl(CollateralRequest request) {
        return uri(base + "/sgx/certification/v4/pckcrl?ca=" + request.authority() + "&encoding=der");
    }

    /** Without a word for the usual publication, as the reference asks. */
    URI tcbInfo(CollateralRequest request) {
        String early = request.update() == Update.EARLY ? "&update=early" : "";
        return uri(base + "/" + request.tee() + "/certification/v4/tcb?fmspc=" + request.fmspc() + early);
    }

    URI qeIdentity(CollateralRequest request) {
        return uri(base + "/" + request.tee() + "/certification/v4/qe/identity?update="
                + request.update().word());
    }

    /**
     * Where the root's CRL is: Intel's service does not have it, its caches do.
     *
     * @param configured an address that takes the place of either, or {@code null}
     */
    URI rootCrl(@Nullable String configured) {
        if (configured != null) {
            return uri(configured);
        }
        return uri(equals(INTEL) ? INTEL_ROOT_CRL : base + "/sgx/certification/v4/rootcacrl");
    }

    @Override
    public String toString() {
        return base;
    }
}
