package org.malassay.label;

import java.net.URI;
import java.net.http.HttpRequest;

/** The services that can be asked over the network, and how each of them speaks. */
enum Api {
  /** <a href="https://virusshare.com/apiv2_reference">API v2</a>; the key travels in the URL. */
  VIRUS_SHARE(
      "VirusShare",
      "virusshare",
      "MALASSAY_VIRUSSHARE_KEY",
      URI.create("https://virusshare.com/apiv2/")) {
    @Override
    HttpRequest.Builder request(URI base, String sha256, ApiKey key) {
      return HttpRequest.newBuilder(
          base.resolve("file?apikey=" + key.secret() + "&hash=" + sha256));
    }
  },

  /** <a href="https://docs.virustotal.com/reference/errors">API v3</a>; the key is a header. */
  VIRUS_TOTAL(
      "VirusTotal",
      "virustotal",
      "MALASSAY_VIRUSTOTAL_KEY",
      URI.create("https://www.virustotal.com/api/v3/")) {
    @Override
    HttpRequest.Builder request(URI base, String sha256, ApiKey key) {
      return HttpRequest.newBuilder(base.resolve("files/" + sha256))
          .header("x-apikey", key.secret())
          .header("Accept", "application/json");
    }
  };

  private final String title;
  private final String id;
  private final String keyVariable;
  private final URI base;

  Api(String title, String id, String keyVariable, URI base) {
    this.title = title;
    this.id = id;
    this.keyVariable = keyVariable;
    this.base = base;
  }

  /** What an HTTP status says. */
  enum Meaning {
    ANSWER,
    NOT_KNOWN,
    TOO_FAST,
    KEY_REFUSED,
    FAILURE
  }

  /** The request for a file's report. Holds the key: not to be printed. */
  abstract HttpRequest.Builder request(URI base, String sha256, ApiKey key);

  /** The meaning of a status. VirusShare answers 204 instead of 429, and 403 instead of 401. */
  static Meaning meaning(int status) {
    return switch (status) {
      case 200 -> Meaning.ANSWER;
      case 404 -> Meaning.NOT_KNOWN;
      case 204, 429 -> Meaning.TOO_FAST;
      case 401, 403 -> Meaning.KEY_REFUSED;
      default -> Meaning.FAILURE;
    };
  }

  /** The name as people write it. */
  String title() {
    return title;
  }

  /** The name in options and folders. */
  String id() {
    return id;
  }

  /** The environment variable that holds the key. */
  String keyVariable() {
    return keyVariable;
  }

  /** Where the service is. */
  URI base() {
    return base;
  }
}
