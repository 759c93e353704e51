package dev.tidings.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One request, before it has an address.
 *
 * @param path below the registry's base, encoded, starting with a slash
 * @param purpose what it is for, to follow 'refuses to' in a message
 */
record Call(String method, String path, Optional<String> body, String purpose) {

  static Call get(String purpose, String... segments) {
    return new Call("GET", path(segments), Optional.empty(), purpose);
  }

  static Call send(String method, String body, String purpose, String... segments) {
    return new Call(method, path(segments), Optional.of(body), purpose);
  }

  /** Subjects may hold any character, a slash too: each segment is encoded on its own. */
  private static String path(String... segments) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append('/').append(encoded(segment));
    }
    return path.toString();
  }

  private static String encoded(String segment) {
    // Proxies and servers fold these two away, even when they arrive encoded.
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException("'" + segment + "' cannot be a subject");
    }
    return URLEncoder.encode(segment, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
