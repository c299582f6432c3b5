import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** Limit of an annotation that GitHub still shows whole, with room to spare. */
const longestMessage = 4000;

/**
 * Sets an output of this step. The delimiter cannot be guessed, so no value ends early and sets another output.
 * @param {string} name
 * @param {string} value
 */
export function setOutput(name, value) {
  const delimiter = `docket-${randomUUID()}`;
  appendFileSync(required('GITHUB_OUTPUT'), `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
}

/**
 * Prints an annotation.
 * @param {'error' | 'warning' | 'notice'} level
 * @param {string} message
 * @param {Record<string, string>} properties file and title
 */
export function annotate(level, message, properties = {}) {
  const given = Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeProperty(value)}`)
    .join(',');
  console.log(`::${level}${given ? ` ${given}` : ''}::${escapeMessage(message.slice(0, longestMessage))}`);
}

/** @param {string} text */
function escapeMessage(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** @param {string} text */
function escapeProperty(text) {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * An environment variable that the runner always sets.
 * @param {string} name
 */
export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. This script is a step of the action in action.yml; run it there.`);
  return value;
}
