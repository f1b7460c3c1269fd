package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A person with a keyboard in front of the onboarding page of a real node, in a real Chromium. */
@Tag("blackbox")
final class OnboardingPageTest {
    private static final String QUOTES = "quote_enabled = true";
    private static final String NOT_LISTED = "aggregated MR not allowed";
    private static final String MARKUP = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>";
    private static final int PHONE = 360;

    private static Browser browser;

    @TempDir
    private Path home;

    private final List<GatedNode> started = new ArrayList<>();

    @BeforeAll
    static void openBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void closeBrowser() {
        browser.close();
    }

    @AfterEach
    void stopAll() {
        browser.open("about:blank");
        browser.complaints();
        started.forEach(GatedNode::close);
    }

    private GatedNode node(String name, String instanceId) {
        GatedNode node = GatedNode.start(home.resolve(name), instanceId, QUOTES);
        started.add(node);
        return node;
    }

    /** A node without keys whose page has been read to the end of step 1. */
    private GatedNode shown(String name, String instanceId) {
        GatedNode node = node(name, instanceId);
        browser.open(node.onboardingUrl());
        browser.awaitText("node-values", node.measurement());
        assertThat(browser.complaints()).isEmpty();
        return node;
    }

    /** A source with keys, which its own policy allows. */
    private GatedNode source() {
        GatedNode node = node("source", "a1");
        node.allow(node.measurement());
        assertThat(node.onboarding().bootstrap(GatedNode.DOMAIN).status()).isEqualTo(200);
        return node;
    }

    private static void enterDomain(String domain) {
        browser.tabTo("domain");
        browser.type(domain);
    }

    private static void chooseToTakeOver() {
        browser.run("document.querySelector('[value=Bootstrap]').focus()");
        browser.press(Keys.ARROW_DOWN);
        browser.tabTo("source");
    }

    private static void enterSource(String url) {
        browser.tabTo("source");
        browser.type(url);
    }

    @Test
    void bootstrapsWithTheKeyboardAlone() {
        GatedNode node = shown("a", "a1");
        node.allow(node.measurement());
        browser.screenshot("1-before");

        enterDomain(GatedNode.DOMAIN);
        browser.press(Keys.ENTER);
        browser.awaitText("keys-result", "This node has new root keys");
        assertThat(browser.text("keys-values")).contains("k256 root key", "Attestation of these keys");
        assertThat(node.hasRootKeys()).isTrue();
        assertThat(browser.focused()).isEqualTo("finish");
        browser.screenshot("2-bootstrapped");

        browser.press(Keys.ENTER);
        assertThat(browser.text("ask")).contains("serve guests as " + GatedNode.DOMAIN);
        browser.screenshot("3-ask");
        browser.pressWith(Keys.SHIFT, Keys.TAB);
        browser.press(Keys.ENTER);
        browser.awaitText("finish-result", "Onboarding is finished");
        node.awaitServing();
        browser.screenshot("4-finished");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void escapeLeavesTheNodeInOnboardingMode() {
        GatedNode node = shown("a", "a1");
        browser.tabTo("finish");
        browser.press(Keys.ENTER);
        assertThat(browser.text("ask")).contains("A node that has none ends");
        browser.press(Keys.ESCAPE);
        browser.await(
                () -> "the question to go away", () -> !browser.element("ask").isDisplayed());
        assertThat(browser.focused()).isEqualTo("finish");
        assertThat(browser.text("finish-result")).isEmpty();
        assertThat(node.measurement()).isNotEmpty();
    }

    @Test
    void saysWhatTheGateSaidAndTriesAgainWithoutAReload() {
        GatedNode node = shown("a", "a1");
        browser.run("window.sameDocument = true");
        enterDomain(GatedNode.DOMAIN);
        browser.press(Keys.ENTER);
        assertThat(browser.awaitText("keys-result", "What to do"))
                .contains("Refused")
                .contains("KMS is not allowed to bootstrap: Boot denied: " + NOT_LISTED)
                .contains("The policy of this node")
                .contains("Have the policy allow the values of step 1.");
        assertThat(browser.element("keys-result").getAriaRole()).isEqualTo("alert");
        assertThat(node.hasRootKeys()).isFalse();
        browser.screenshot("denied");

        node.allow(node.measurement());
        assertThat(browser.focused()).as("the keyboard is still in the form").isEqualTo("domain");
        browser.tabTo("submit");
        browser.press(Keys.SPACE);
        browser.awaitText("keys-result", "This node has new root keys");
        assertThat(browser.run("return window.sameDocument")).isEqualTo(true);
    }

    @Test
    void namesTheFieldThatIsWrong() {
        shown("a", "a1");
        enterDomain("not_a_name");
        browser.press(Keys.ENTER);
        browser.awaitText("keys-result", "domain contains an invalid DNS label");
        assertThat(browser.element("domain").getDomAttribute("aria-invalid")).isEqualTo("true");
        assertThat(browser.focused()).isEqualTo("domain");
    }

    @Test
    void takesKeysOverFromAnotherNode() {
        GatedNode source = source();
        String sourceMeasurement = source.measurement();
        source.finish();
        GatedNode receiver = shown("receiver", "b1");

        chooseToTakeOver();
        enterSource(source.url());
        enterDomain(GatedNode.DOMAIN);
        browser.press(Keys.ENTER);
        assertThat(browser.awaitText("keys-result", "What to do"))
                .contains("Source KMS is not allowed for onboarding: Boot denied: " + NOT_LISTED)
                .contains("The policy of this node");

        receiver.allow(sourceMeasurement);
        browser.press(Keys.ENTER);
        assertThat(browser.awaitText("keys-result", "The policy of the source KMS"))
                .contains("\"error\": \"Boot denied: " + NOT_LISTED + "\"")
                .contains("Why\n" + NOT_LISTED + "\n");
        browser.screenshot("denied-by-source");
        assertThat(receiver.hasRootKeys()).isFalse();

        source.allow(sourceMeasurement, receiver.measurement());
        browser.press(Keys.ENTER);
        browser.awaitText("keys-result", "This node has the root keys of the source");
        assertThat(receiver.hasRootKeys()).isTrue();
        browser.screenshot("onboarded");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void saysThatNobodyIsAtTheAddressOfTheSource() {
        GatedNode node = shown("a", "a1");
        chooseToTakeOver();
        enterSource("https://127.0.0.1:1");
        enterDomain(GatedNode.DOMAIN);
        browser.press(Keys.ENTER);
        assertThat(browser.awaitText("keys-result", "What to do"))
                .contains("Failed to onboard: Failed to send request: ")
                .contains("Nobody: the source KMS was not reached");
        assertThat(browser.focused()).isEqualTo("source");
        assertThat(node.hasRootKeys()).isFalse();
    }

    @Test
    void saysWhenTheNodeIsGone() {
        GatedNode node = shown("a", "a1");
        node.process().kill();
        enterDomain(GatedNode.DOMAIN);
        browser.press(Keys.ENTER);
        assertThat(browser.awaitText("keys-result", "No answer")).contains("Failed to fetch");
        browser.run("document.getElementById('reload').focus()");
        browser.press(Keys.ENTER);
        browser.awaitText("node-error", "No answer");
        assertThat(browser.text("node-values")).isEmpty();
    }

    @Test
    void runsNoScriptThatIsNotTheNodesOwn() {
        GatedNode node = shown("a", "a1");
        browser.run("""
                const script = document.createElement("script");
                script.append("window.hacked = 1");
                document.body.append(script);
                const link = document.createElement("a");
                link.href = "javascript:window.hacked = 1";
                document.body.append(link);
                link.click();
                const picture = document.createElement("img");
                picture.src = "http://127.0.0.1:1/picture.png";
                document.body.append(picture);
                """);
        assertThat(browser.run("try { document.body.innerHTML = arguments[0]; } catch (e) { return e.name; }", MARKUP))
                .isEqualTo("TypeError");
        List<String> complaints = browser.complaints();
        assertThat(browser.run("return window.hacked")).isEqualTo("");
        assertThat(complaints)
                .anyMatch(complaint -> complaint.contains("TrustedScript"))
                .anyMatch(complaint -> complaint.contains("script-src 'self'"))
                .anyMatch(complaint -> complaint.contains("img-src 'self'"))
                .anyMatch(complaint -> complaint.contains("TrustedHTML"));
        assertThat(node.measurement()).isNotEmpty();
    }

    @Test
    void doesNothingForPagesOfOthers() throws IOException {
        GatedNode node = node("a", "a1");
        node.allow(node.measurement());
        String foreign = """
                <!DOCTYPE html><title>loading</title>
                <form method="post" enctype="text/plain" action="%s/prpc/Onboard.Bootstrap?json">
                <input name='{"domain":"evil.example","x":"' value='"}'></form>
                """.formatted(node.onboardingUrl());
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("content-type", "text/html");
                SourceDouble.send(exchange, 200, foreign);
            }
        });
        other.start();
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort();
            browser.open(url);
            browser.run("document.forms[0].submit()");
            browser.await(
                    () -> "the answer to the form", () -> browser.bodyText().contains("{"));
            assertThat(node.hasRootKeys()).isFalse();
            assertThat(browser.bodyText()).contains("comes from a page of another origin");

            browser.open(url);
            browser.runAsync("""
                    const [address, done] = arguments;
                    const picture = document.createElement("img");
                    picture.onload = picture.onerror = () => done();
                    picture.src = address;
                    """, node.onboardingUrl() + "/finish");
            assertThat(node.measurement()).as("still in onboarding mode").isNotEmpty();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void showsHostileTextAsText() {
        GatedNode node = shown("a", "a1");
        chooseToTakeOver();
        enterSource(MARKUP);
        enterDomain(GatedNode.DOMAIN);
        browser.press(Keys.ENTER);
        browser.awaitText("keys-result", MARKUP);

        try (SourceDouble source = new SourceDouble()) {
            source.showing(new Guest(Guest.APP_ID).identity(evidence -> evidence))
                    .behave(OnboardingPageTest::refuseWithMarkup);
            enterSource(source.url());
            browser.press(Keys.ENTER);
            browser.awaitText("keys-result", "The policy of the source KMS");
            assertThat(browser.text("keys-result")).contains("Why\n" + MARKUP + "\n");
        }
        enterDomain(MARKUP);
        browser.press(Keys.ENTER);
        browser.awaitText("keys-result", "domain contains an invalid DNS label");
        assertThat(browser.all("#keys-result img, #keys-result script")).isEmpty();
        assertThat(browser.run("return window.hacked")).isEqualTo("");
        assertThat(browser.complaints()).isEmpty();
        assertThat(node.hasRootKeys()).isFalse();
    }

    private static void refuseWithMarkup(String method, HttpExchange exchange) throws IOException {
        String error = "Boot denied: " + MARKUP;
        SourceDouble.send(
                exchange,
                400,
                Recordings.JSON.createObjectNode().put("error", error).toString());
    }

    @Test
    void keepsTheRulesOfAccessibilityInEveryState() {
        GatedNode node = shown("a", "a1");
        assertThat(browser.element("domain").getAccessibleName()).isEqualTo("Domain of this node");
        assertAccessible("fresh");
        chooseToTakeOver();
        assertThat(browser.element("source").getAccessibleName()).isEqualTo("Address of the source KMS");
        enterSource(MARKUP + "x".repeat(300));
        enterDomain(GatedNode.DOMAIN);
        browser.press(Keys.ENTER);
        browser.awaitText("keys-result", "Refused");
        assertAccessible("refused");
        browser.run("document.querySelector('[value=Onboard]').focus()");
        browser.press(Keys.ARROW_UP);
        node.allow(node.measurement());
        browser.tabTo("submit");
        browser.press(Keys.ENTER);
        browser.awaitText("keys-result", "This node has new root keys");
        assertAccessible("with-keys");
        browser.press(Keys.ENTER);
        assertAccessible("asking");
    }

    private static void assertAccessible(String state) {
        for (int width : new int[] {PHONE, 1000}) {
            browser.width(width);
            assertThat(browser.run("const all = document.documentElement; return all.scrollWidth - all.clientWidth"))
                    .as("%s: what is to be scrolled to the side at %d pixels", state, width)
                    .isEqualTo(0L);
            for (String scheme : List.of("dark", "light")) {
                browser.prefer(Map.of("prefers-color-scheme", scheme));
                assertThat(Accessibility.violations(browser)).as(state).isEmpty();
                browser.screenshot("state-%s-%d-%s".formatted(state, width, scheme));
            }
        }
    }

    @Test
    void theKeyboardReachesEveryControlInTheOrderOfThePageAndShowsWhereItIs() {
        shown("a", "a1");
        browser.run("document.getElementById('allowlist').open = true");
        chooseToTakeOver();
        browser.run("""
                const heading = document.querySelector("h1");
                heading.tabIndex = -1;
                heading.focus();
                [...document.querySelectorAll("main a, main button, main input, main summary")]
                    .filter((e) => e.checkVisibility() && (e.type !== "radio" || e.checked))
                    .forEach((e, i) => { e.dataset.stop = i; });
                """);
        List<String> expected = browser.all("[data-stop]").stream()
                .map(control -> String.valueOf(control.getDomAttribute("data-stop")))
                .toList();
        Set<String> reached = new LinkedHashSet<>();
        for (int i = 0; i < expected.size(); i++) {
            browser.press(Keys.TAB);
            reached.add(String.valueOf(browser.run("return document.activeElement.dataset.stop")));
            assertThat(browser.run("return getComputedStyle(document.activeElement).outline"))
                    .as(
                            "what shows the focus on stop %d, %s",
                            i, browser.run("return document.activeElement.outerHTML"))
                    .asString()
                    .contains("solid 3px");
        }
        assertThat(expected).hasSizeGreaterThan(12);
        assertThat(reached).containsExactlyElementsOf(expected);
        assertThat(browser.run("return document.documentElement.lang")).isEqualTo("en");
    }

    @Test
    void standsStillForPeopleWhoAskForIt() {
        shown("a", "a1");
        browser.run("document.getElementById('keys-progress').classList.add('busy')");
        String animation =
                "return getComputedStyle(document.getElementById('keys-progress'), '::before').animationName";
        assertThat(browser.run(animation)).isEqualTo("turn");
        browser.prefer(Map.of("prefers-reduced-motion", "reduce"));
        assertThat(browser.run(animation)).isEqualTo("none");
        browser.prefer(Map.of());
    }

    @Test
    void explainsEveryRefusalOfTheProtocol() {
        shown("a", "a1");
        assertThat(explained("KMS has already been bootstrapped")).contains("It has root keys", "Go on with step 3.");
        assertThat(explained("KMS is not allowed to bootstrap: Failed to call KMS auth check: no route"))
                .contains("its policy could not be asked", "no route");
        assertThat(explained("KMS is not allowed to bootstrap: Failed to build local KMS boot info: no device"))
                .contains("could not attest itself");
        assertThat(explained(
                        "Failed to onboard: Source KMS is not allowed for onboarding: Failed to call KMS auth check:"
                                + " timeout"))
                .contains("its policy could not be asked", "timeout");
        assertThat(explained(
                        "Failed to onboard: Failed to validate attestation: Source KMS certificate does not contain"
                                + " attestation"))
                .contains("the source's evidence does not hold");
        assertThat(explained(fromSource("No attestation provided"))).contains("core.onboard.quote_enabled is off here");
        assertThat(explained(fromSource("KMS self authorization failed: KMS is not allowed: " + NOT_LISTED)))
                .contains("The source KMS", NOT_LISTED);
        assertThat(explained("Failed to onboard: Request failed with status=502 Bad Gateway, error=<html>"))
                .contains("The source KMS", "<html>");
        assertThat(explained("something new")).contains("This node", "something new", "try again");
    }

    private static String fromSource(String error) {
        return "Failed to onboard: Request failed with status=400 Bad Request, error={\n  \"error\": \"" + error
                + "\"\n}";
    }

    private static String explained(String words) {
        return String.valueOf(browser.runAsync("""
                const [words, done] = arguments;
                import("/onboarding/advice.js").then(({ explain }) => done(Object.values(explain(words)).join(" | ")));
                """, words));
    }
}
