package dev.keywarden.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.FluentWait;

/** The Chromium of this machine and a person's hands on the keyboard. Nothing is downloaded: both programs are installed. */
final class Browser implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    /** Selenium misses its classes for this Chromium's own protocol; the two commands used here have no classes. */
    private static final Logger PROTOCOL_VERSIONS = Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

    private static final int HEIGHT = 900;
    private static final int WIDE = 1000;
    private static final int TAB_STOPS_AT_MOST = 60;

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one without a window. */
    static Browser start() {
        PROTOCOL_VERSIONS.setLevel(Level.SEVERE);
        LoggingPreferences everything = new LoggingPreferences();
        everything.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(installed("chromium"));
        // It only ever sees pages of nodes under test; root, and many containers, have no sandbox and little /dev/shm.
        options.addArguments("--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        options.setCapability("goog:loggingPrefs", everything);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(installed("chromedriver"))
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        browser.width(WIDE);
        return browser;
    }

    private static File installed(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        name + " is missing. Install it: apt-get install chromium chromium-driver"));
    }

    void open(String url) {
        driver.get(url);
    }

    /** Lays the page out for a screen this many CSS pixels wide. */
    void width(int pixels) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    }

    /**
     * What the person set the machine to.
     *
     * @param features by name, for example {@code prefers-color-scheme} to {@code dark}; the others are as without a setting
     */
    void prefer(Map<String, String> features) {
        List<Map<String, String>> settings = features.entrySet().stream()
                .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue()))
                .toList();
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", settings));
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses a key while another is held down. */
    void pressWith(Keys held, CharSequence key) {
        new Actions(driver).keyDown(held).sendKeys(key).keyUp(held).perform();
    }

    /** Presses Tab until a control has the focus. */
    void tabTo(String id) {
        for (int i = 0; i < TAB_STOPS_AT_MOST; i++) {
            if (focused().equals(id)) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the keyboard never reached " + id);
    }

    /** The id of what has the focus, empty if it has none. */
    String focused() {
        return String.valueOf(run("return document.activeElement.id"));
    }

    /** Replaces what is in the field that has the focus. */
    void type(String text) {
        pressWith(Keys.CONTROL, "a");
        press(Keys.DELETE, text);
    }

    WebElement element(String id) {
        return driver.findElement(By.id(id));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** The text of an element as a person sees it. */
    String text(String id) {
        return element(id).getText();
    }

    /** All that a person can read. */
    String bodyText() {
        return String.valueOf(run("return document.body?.innerText ?? ''"));
    }

    /** Waits until an element shows a text, and returns all that it shows. */
    String awaitText(String id, String wanted) {
        await(() -> "%s to show \"%s\"; it shows: %s".formatted(id, wanted, text(id)), () -> text(id).contains(wanted));
        return text(id);
    }

    void await(Supplier<String> what, Supplier<Boolean> condition) {
        new FluentWait<>(condition)
                .withTimeout(PATIENCE)
                .pollingEvery(POLL)
                .withMessage(() -> "waited for " + what.get())
                .until(Supplier::get);
    }

    /** Runs a script as the developer tools do: outside of the page's content security policy. */
    Object run(String script, Object... arguments) {
        Object result = driver.executeScript(script, arguments);
        return result == null ? "" : result;
    }

    /** As {@link #run}, for a script that calls its last argument with the result. */
    Object runAsync(String script, Object... arguments) {
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        Object result = driver.executeAsyncScript(script, arguments);
        return result == null ? "" : result;
    }

    /** What the browser complained about since it was asked last; answers with an error status are none of it. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message ->
                        !message.contains("Failed to load resource: the server responded with a status of 400"))
                .toList();
    }

    /** Keeps a picture of the whole page, for a person to look at. */
    void screenshot(String name) {
        Object picture = driver.executeCdpCommand(
                        "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
                .get("data");
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(picture)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
