package dev.tidings.writers.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests as the Standard Webhooks specification has it: the header {@code
 * webhook-signature} is {@code v1,} and the HMAC-SHA256, in base 64, of id, time and body with dots
 * between. Immutable, thread-safe.
 */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String BASE64_PREFIX = "whsec_";

  private final SecretKeySpec key;

  /**
   * @param secret {@code whsec_} and base 64, or any text, whose bytes are the key
   * @throws IllegalArgumentException if it is not base 64 behind the prefix, or empty
   */
  Signature(String secret) {
    byte[] bytes =
        secret.startsWith(BASE64_PREFIX)
            ? Base64.getDecoder().decode(secret.substring(BASE64_PREFIX.length()))
            : secret.getBytes(StandardCharsets.UTF_8);
    key = new SecretKeySpec(bytes, ALGORITHM);
  }

  String of(String id, Instant time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      String before = id + "." + time.getEpochSecond() + ".";
      mac.update(before.getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
  }
}
