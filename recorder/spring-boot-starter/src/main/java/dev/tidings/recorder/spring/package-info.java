/**
 * A recorder in a Spring Boot application: start at {@link
 * dev.tidings.recorder.spring.RecorderProperties}.
 */
@NullMarked
package dev.tidings.recorder.spring;

import org.jspecify.annotations.NullMarked;
