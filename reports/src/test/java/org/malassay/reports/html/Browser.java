package org.malassay.reports.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Debian's Chromium without a window, driven by Debian's chromedriver. Nothing of it is fetched:
 * where they are missing, tests are left out.
 */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private static final JsonMapper JSON = new JsonMapper();

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser start(Path profile) {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "apt-get install chromium chromium-driver");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(1));
    Browser browser = new Browser(driver);
    browser.wide();
    driver.get("about:blank");
    browser.console(); // what its own first page has asked for is none of ours
    browser.requests();
    return browser;
  }

  /** Opens a page in this state, as a new one. */
  void open(Path page, String state) {
    driver.get("about:blank");
    driver.get(page.toUri() + "#" + state);
  }

  /** The state of the view, which is in the address. */
  String state() {
    return driver.getCurrentUrl().replaceFirst("^[^#]*#?", "");
  }

  String address() {
    return driver.getCurrentUrl();
  }

  /** Goes to a state as a link does. */
  void go(String state) {
    run("location.hash = arguments[0]", state);
    run("return new Promise(done => setTimeout(done, 30))");
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  long count(String selector) {
    return driver.findElements(By.cssSelector(selector)).size();
  }

  WebElement one(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<String> texts(String selector) {
    return driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
  }

  void click(String selector) {
    WebElement it = one(selector);
    run("arguments[0].scrollIntoView({block: 'center'})", it);
    it.click();
  }

  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  void tab() {
    press(Keys.TAB);
  }

  /** The element that has the focus. */
  WebElement focused() {
    return driver.switchTo().activeElement();
  }

  void wide() {
    size(1280, 900, false);
  }

  void phone() {
    size(360, 740, true);
  }

  private void size(int width, int height, boolean mobile) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
  }

  /** {@code light} or {@code dark}. */
  void scheme(String scheme) {
    media("screen", scheme);
  }

  void media(String media, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            media,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    // The page draws anew when the next frame finds its boxes of another size.
    driver.executeAsyncScript(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))");
  }

  /** The page as it is printed, a PDF in base64. */
  String pdf() {
    return (String)
        driver.executeCdpCommand("Page.printToPDF", Map.of("printBackground", true)).get("data");
  }

  /** What the console has said since this was asked for last. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(it -> it.getLevel() + " " + it.getMessage())
        .toList();
  }

  /** The addresses that were asked for since this was asked for last. */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(it -> it.getMessage())
        .map(Browser::message)
        .filter(it -> it.path("method").asText().equals("Network.requestWillBeSent"))
        .map(it -> it.at("/params/request/url").asText())
        .toList();
  }

  private static JsonNode message(String json) {
    try {
      return JSON.readTree(json).path("message");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails where the console has said something, or anything but files was asked for. */
  void quiet() {
    assertThat(console()).as("console").isEmpty();
    assertThat(requests())
        .as("requests")
        .allMatch(it -> it.startsWith("file://") || it.startsWith("about:"));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
