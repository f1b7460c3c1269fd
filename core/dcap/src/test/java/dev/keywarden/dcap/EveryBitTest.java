package dev.keywarden.dcap;

import static dev.keywarden.dcap.Vectors.GOOD_TIME;
import static dev.keywarden.dcap.Vectors.WITH_SGX;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every single bit of the real quotes and of all parts of their collateral, turned one at a time, through the whole
 * verification. The verifier keeps what it verified before, so that a run costs the layer that was touched and those above
 * it; that what is untouched is not verified again is also what makes this a test of the keys of the cache.
 */
class EveryBitTest {
    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final Provider FAST = Conscrypt.newProvider();

    /**
     * A part of what is verified.
     *
     * @param bytes as they are in the vector
     * @param run verifies everything with other bytes in the place of these
     * @param unsigned bits that no signature covers and that change nothing: a NUL that pads PEM may be a space
     */
    private record Part(String name, ByteView bytes, Function<byte[], VerifiedQuote> run, List<Integer> unsigned) {
        @Override
        public String toString() {
            return name + ", " + 8 * bytes.length() + " bits";
        }
    }

    @BeforeAll
    static void useTheProviderThatTheProjectShips() {
        Security.insertProviderAt(FAST, 1);
    }

    @AfterAll
    static void takeItAway() {
        System.out.printf("%,d bits turned one at a time, each refused%n", RUNS.get());
        Security.removeProvider(FAST.getName());
    }

    static List<Part> parts() {
        return IntStream.range(0, 2)
                .mapToObj(which -> which == 0
                        ? parts("tdx", Vectors.tdxQuote(), Vectors.tdxCollateral())
                        : parts("sgx", Vectors.sgxQuote(), Vectors.sgxCollateral()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Part> parts(String name, byte[] quote, Collateral right) {
        DcapVerifier verifier =
                new DcapVerifier(PinnedRoot.intel(), VerificationPolicy.STRICT.with(WITH_SGX), new VerificationCache());
        Collateral.Signed tcb = right.tcbInfo();
        Collateral.Signed qe = right.qeIdentity();
        Function<Collateral, VerifiedQuote> run = collateral -> verifier.verify(quote, collateral, GOOD_TIME);
        Function<Collateral.Signed, VerifiedQuote> withTcb = signed -> run.apply(new Collateral(
                right.pckCrlIssuerChain(), right.rootCrl(), right.pckCrl(), signed, right.qeIdentity(), null));
        Function<Collateral.Signed, VerifiedQuote> withQe = signed -> run.apply(new Collateral(
                right.pckCrlIssuerChain(), right.rootCrl(), right.pckCrl(), right.tcbInfo(), signed, null));
        return List.of(
                new Part(
                        name + " quote",
                        ByteView.wrap(quote),
                        bytes -> verifier.verify(bytes, right, GOOD_TIME),
                        lastNul(quote)),
                part(
                        name + " root CRL",
                        right.rootCrl(),
                        bytes -> run.apply(
                                new Collateral(right.pckCrlIssuerChain(), bytes, right.pckCrl(), tcb, qe, null))),
                part(
                        name + " PCK CRL",
                        right.pckCrl(),
                        bytes -> run.apply(
                                new Collateral(right.pckCrlIssuerChain(), right.rootCrl(), bytes, tcb, qe, null))),
                part(
                        name + " issuer of the PCK CRL",
                        right.pckCrlIssuerChain(),
                        bytes -> run.apply(new Collateral(bytes, right.rootCrl(), right.pckCrl(), tcb, qe, null))),
                part(
                        name + " TCB info",
                        tcb.text(),
                        bytes -> withTcb.apply(new Collateral.Signed(tcb.issuerChain(), bytes, tcb.signature()))),
                part(
                        name + " signature of the TCB info",
                        tcb.signature(),
                        bytes -> withTcb.apply(new Collateral.Signed(tcb.issuerChain(), tcb.text(), bytes))),
                part(
                        name + " signer of the TCB info",
                        tcb.issuerChain(),
                        bytes -> withTcb.apply(new Collateral.Signed(bytes, tcb.text(), tcb.signature()))),
                part(
                        name + " QE identity",
                        qe.text(),
                        bytes -> withQe.apply(new Collateral.Signed(qe.issuerChain(), bytes, qe.signature()))),
                part(
                        name + " signature of the QE identity",
                        qe.signature(),
                        bytes -> withQe.apply(new Collateral.Signed(qe.issuerChain(), qe.text(), bytes))),
                part(
                        name + " signer of the QE identity",
                        qe.issuerChain(),
                        bytes -> withQe.apply(new Collateral.Signed(bytes, qe.text(), qe.signature()))));
    }

    private static Part part(String name, ByteView bytes, Function<ByteView, VerifiedQuote> run) {
        return new Part(name, bytes, changed -> run.apply(ByteView.wrap(changed)), List.of());
    }

    @ParameterizedTest
    @MethodSource("parts")
    void refusesEveryBitTurned(Part part) {
        byte[] right = part.bytes().toArray();
        assertThat(part.run().apply(right)).isNotNull();

        List<Integer> accepted = IntStream.range(0, 8 * right.length)
                .parallel()
                .filter(bit -> accepts(part, right, bit))
                .boxed()
                .toList();

        assertThat(accepted).isEqualTo(part.unsigned());
        RUNS.addAndGet(8 * right.length);
    }

    /** Whether the part passes with a bit turned; any exception but a refusal fails the test. */
    private static boolean accepts(Part part, byte[] right, int bit) {
        try {
            return part.run().apply(Vectors.flip(right, bit / 8, bit % 8)).status() != TcbStatus.REVOKED;
        } catch (DcapException e) {
            return false;
        }
    }

    /** The bit by which the NUL after the last line of PEM differs from a space. */
    private static List<Integer> lastNul(byte[] quote) {
        Quote parsed = Quote.parse(quote, WITH_SGX);
        int last = parsed.canonical().length() - 1;
        return Optional.of(last).filter(index -> quote[index] == 0).map(index -> 8 * index + 5).stream()
                .toList();
    }
}
