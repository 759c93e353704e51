package dev.tidings.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * One address of a registry.
 *
 * @param base without credentials, query and trailing slash: fit to be shown
 * @param authorization value of the Authorization header; a secret
 */
record Endpoint(URI base, Optional<String> authorization) {
  private static final Pattern USER_INFO =
      Pattern.compile("^(\\w[\\w+.-]*://)?.*@", Pattern.DOTALL);

  /** Reads one URL; credentials in it become the authorization. */
  static Endpoint parse(String text) {
    String shown = masked(text);
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid(shown, "is no URL: " + e.getReason());
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (scheme.equals("mock")) {
      throw invalid(shown, "is the registry in memory: it can only stand alone, as mock://name");
    }
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw invalid(shown, "must start with http:// or https://");
    }
    if (uri.getHost() == null) {
      throw invalid(shown, "needs a host name of letters, digits, '-' and '.'");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw invalid(shown, "must not have anything after '?' or '#'");
    }
    String path = uri.getRawPath().replaceAll("/+$", "");
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return new Endpoint(
        URI.create(scheme + "://" + uri.getHost() + port + path),
        Optional.ofNullable(uri.getRawUserInfo())
            .map(i -> basic(URLDecoder.decode(i.replace("+", "%2B"), StandardCharsets.UTF_8))));
  }

  static String basic(String userAndPassword) {
    byte[] bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** Any text that may be a URL, without what stands before its last at sign. */
  static String masked(String url) {
    return USER_INFO.matcher(url).replaceFirst("$1***@");
  }

  private static ConfigException invalid(String shown, String reason) {
    return new ConfigException(RegistrySettings.URL + ": '" + shown + "' " + reason);
  }

  /** The same address; what its URL said about credentials no longer counts. */
  Endpoint withAuthorization(String value) {
    return new Endpoint(base, Optional.of(value));
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
