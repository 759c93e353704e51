package dev.tidings.cli.types;

/**
 * A difference between what is registered and what is to be.
 *
 * @param subject in the registry
 * @param what is different, for people
 * @param compatible whether readers and writers of both can work side by side
 */
record SchemaChange(String subject, String what, boolean compatible) {}
