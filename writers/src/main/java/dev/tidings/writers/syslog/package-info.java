/** The syslog sink: RFC 5424 over UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425). */
@NullMarked
package dev.tidings.writers.syslog;

import org.jspecify.annotations.NullMarked;
