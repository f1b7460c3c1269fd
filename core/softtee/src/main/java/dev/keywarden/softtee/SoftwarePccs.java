package dev.keywarden.softtee;

import dev.keywarden.dcap.PckCa;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a collateral service would answer about the platforms of a software TEE, with the paths, the forms and the quirks of
 * Intel's caching service (TDX fact sheet, sections 4.1 and 4.2). No socket is opened here: whoever has one asks {@link
 * #answer}. Collateral is made anew once it is an hour old. Safe for use by many threads.
 */
public final class SoftwarePccs {
    private static final Duration MADE_ANEW = Duration.ofHours(1);
    private static final String JSON = "application/json";
    private static final String BINARY = "application/pkix-crl";
    private static final String SGX = "/sgx/certification/v4";
    private static final String TDX = "/tdx/certification/v4";

    private final SoftwareTee tee;
    private final Consumer<CollateralForge> change;
    private final Map<String, Made> sets = new HashMap<>();

    /**
     * An answer over HTTP.
     *
     * @param status of HTTP
     * @param headers by name
     * @param body possibly empty
     */
    @SuppressWarnings("ArrayRecordComponent") // written out once and never compared
    public record Answer(int status, Map<String, String> headers, byte[] body) {}

    /** Collateral and when it was made. */
    private record Made(Map<String, String> members, Instant at) {
        String member(String name) {
            return members.getOrDefault(name, "");
        }
    }

    /** The service of a software TEE whose platforms are all in order. */
    public SoftwarePccs(SoftwareTee tee) {
        this(tee, forge -> {});
    }

    /**
     * The service of a software TEE.
     *
     * @param change changes what is served before it is signed
     */
    public SoftwarePccs(SoftwareTee tee, Consumer<CollateralForge> change) {
        this.tee = tee;
        this.change = change;
    }

    /**
     * Answers a GET.
     *
     * @param path path and query, as in the request line
     * @param now when it was asked
     */
    public Answer answer(String path, Instant now) {
        int mark = path.indexOf('?');
        String resource = mark < 0 ? path : path.substring(0, mark);
        Map<String, String> query = query(mark < 0 ? "" : path.substring(mark + 1));
        return switch (resource) {
            case SGX + "/pckcrl" -> pckCrl(query, now);
            case SGX + "/rootcacrl" -> text(set(PckCa.PLATFORM, false, now).member("root_ca_crl"), Map.of());
            case SGX + "/tcb" -> tcbInfo(query, true, now);
            case TDX + "/tcb" -> tcbInfo(query, false, now);
            case SGX + "/qe/identity" -> identity(true, now);
            case TDX + "/qe/identity" -> identity(false, now);
            default -> new Answer(404, Map.of(), new byte[0]);
        };
    }

    private Answer pckCrl(Map<String, String> query, Instant now) {
        String name = query.getOrDefault("ca", "");
        if (!name.equals("platform") && !name.equals("processor")) {
            return new Answer(400, Map.of(), new byte[0]);
        }
        Made set = set(PckCa.valueOf(name.toUpperCase(Locale.ROOT)), false, now);
        Map<String, String> headers = Map.of("SGX-PCK-CRL-Issuer-Chain", escaped(set.member("pck_crl_issuer_chain")));
        String hex = set.member("pck_crl");
        if (!query.getOrDefault("encoding", "").equals("der")) {
            return text(hex, headers);
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Type", BINARY);
        return new Answer(200, all, HexFormat.of().parseHex(hex));
    }

    private Answer tcbInfo(Map<String, String> query, boolean sgx, Instant now) {
        String ours = HexFormat.of().formatHex(tee.pki().fmspc());
        if (!ours.equalsIgnoreCase(query.getOrDefault("fmspc", ""))) {
            return new Answer(404, Map.of(), new byte[0]);
        }
        Made set = set(PckCa.PLATFORM, sgx, now);
        return json(
                "tcbInfo",
                set.member("tcb_info"),
                set.member("tcb_info_signature"),
                Map.of("TCB-Info-Issuer-Chain", escaped(set.member("tcb_info_issuer_chain"))));
    }

    private Answer identity(boolean sgx, Instant now) {
        Made set = set(PckCa.PLATFORM, sgx, now);
        return json(
                "enclaveIdentity",
                set.member("qe_identity"),
                set.member("qe_identity_signature"),
                Map.of("SGX-Enclave-Identity-Issuer-Chain", escaped(set.member("qe_identity_issuer_chain"))));
    }

    private synchronized Made set(PckCa authority, boolean sgx, Instant now) {
        Made made = sets.get(authority + "/" + sgx);
        if (made == null || Duration.between(made.at(), now).abs().compareTo(MADE_ANEW) > 0) {
            CollateralForge forge = tee.collateral(authority, now);
            if (sgx) {
                forge.sgx();
            }
            change.accept(forge);
            made = new Made(forge.members(), now);
            sets.put(authority + "/" + sgx, made);
        }
        return made;
    }

    private static Answer json(String name, String object, String signature, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Type", JSON);
        String body = "{\"" + name + "\":" + object + ",\"signature\":\"" + signature + "\"}";
        return new Answer(200, all, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Hex of DER under the content type of DER, as the caching service sends it. */
    private static Answer text(String hex, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Type", BINARY);
        return new Answer(200, all, hex.getBytes(StandardCharsets.US_ASCII));
    }

    /** Everything that some reader might take for something else is escaped, plus signs among it. */
    private static String escaped(String pem) {
        return URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return query;
    }
}
