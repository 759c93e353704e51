package dev.tidings.registry;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A registry call that failed. The message is one line, says what to do, and holds no secret. */
public class RegistryException extends RuntimeException {

  /** What went wrong, as far as a caller can act on it. */
  public enum Kind {
    /** Nothing answers at any of the URLs, or not in time. */
    UNREACHABLE,
    /** The registry answers that it cannot serve now (5xx, 408, 429). */
    UNAVAILABLE,
    /** The TLS handshake failed: a certificate or key store setting is wrong. */
    UNTRUSTED,
    /** Something answers, but does not speak the registry's API: the URL is wrong. */
    NOT_A_REGISTRY,
    /** Credentials are missing, wrong or not sufficient (401, 403). */
    UNAUTHORIZED,
    /** The subject, version or schema does not exist. */
    NOT_FOUND,
    /** The subject's compatibility level forbids the schema (409). */
    INCOMPATIBLE,
    /** The registry does not accept what was asked (422 and other 4xx). */
    INVALID,
    /** The schema is none that Avro can read here. */
    UNREADABLE,
    /** The calling thread was interrupted; its interrupt status is set. */
    INTERRUPTED;

    /**
     * Whether it is about the schema that was asked for, and so about the records that name it.
     * Everything else keeps all schemas from being read, and says nothing about a record.
     */
    public boolean isAboutOneSchema() {
      return switch (this) {
        case NOT_FOUND, INCOMPATIBLE, INVALID, UNREADABLE -> true;
        case UNREACHABLE, UNAVAILABLE, UNTRUSTED, NOT_A_REGISTRY, UNAUTHORIZED, INTERRUPTED ->
            false;
      };
    }
  }

  private final Kind kind;
  private final boolean retriable;
  private final int status;
  private final int errorCode;
  private final @Nullable Duration retryAfter;

  public RegistryException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, cause, 0, 0, null);
  }

  RegistryException(
      Kind kind,
      String message,
      @Nullable Throwable cause,
      int status,
      int errorCode,
      @Nullable Duration retryAfter) {
    super(message, cause);
    this.kind = kind;
    this.retriable = kind == Kind.UNREACHABLE || kind == Kind.UNAVAILABLE;
    this.status = status;
    this.errorCode = errorCode;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * Whether the same call may succeed later with nothing changed. The client has already retried as
   * often as it is configured to.
   */
  public boolean isRetriable() {
    return retriable;
  }

  /** The HTTP status, or 0 when the registry gave no answer. */
  public int status() {
    return status;
  }

  /** The registry's own {@code error_code}, for example 40401, or 0 when it gave none. */
  public int errorCode() {
    return errorCode;
  }

  /** How long the registry asked to be left alone, if it did. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
