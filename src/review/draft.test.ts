import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../contracts/json.ts';
import { draftCase, draftId } from './draft.ts';
import { createPseudonyms } from './pseudonyms.ts';

const fields = ['income', 'loan'];
const draft = (input: JsonObject, more: Partial<Parameters<typeof draftCase>[1]> = {}, userMessage: string | null = null) =>
  draftCase(
    { traceId: 'ab'.repeat(16), input, userMessage, clusterSize: 2 },
    {
      rules: {},
      pseudonyms: createPseudonyms('a key for tests, long enough to be one'),
      faultyFields: (given) => [
        ...fields.filter((field) => typeof given[field] !== 'number'),
        ...Object.keys(given).filter((field) => !fields.includes(field)),
      ],
      policy: ({ income, loan }) => ({ approved: Number(loan) <= Number(income) * 0.5 }),
      today: '2026-11-01',
      ...more,
    },
  );

describe('an input', () => {
  test('keeps what is around an address, because the pseudonym of an address is one', () => {
    const customer = z.strictObject({ email: z.email(), backup: z.email().optional(), country: z.string() });
    const drafted = draft(
      { income: 100, loan: 40, customer: { email: 'jane@example.org', backup: 'jörg.doe@bücher.example', country: 'FR' } },
      { faultyFields: ({ customer: given }) => (customer.safeParse(given).success ? [] : ['customer']) },
    );
    expect(drafted).toMatchObject({
      missing: [],
      input: { customer: { email: expect.stringMatching(/@redacted\.invalid$/), country: 'FR' } },
    });
    expect(JSON.stringify(drafted)).not.toMatch(/jane|jörg|doe/);
  });

  test('keeps what is around every kind of personal field, whatever form the agent wants it in', () => {
    const applicant = z.strictObject({
      name: z.string().regex(/^[\p{L}' -]{2,40}$/u),
      first_name: z.string().regex(/^[A-Za-z ]+$/),
      nickname: z.string().regex(/^[A-Za-z]+$/),
      phone: z.string().regex(/^\+[1-9]\d{6,14}$/),
      home_phone: z.string().regex(/^\(\d{3}\) \d{3}-\d{4}$/),
      date_of_birth: z.iso.date(),
      ssn: z.string().regex(/^\d{3}-\d{2}-\d{4}$/),
      passport_number: z.string().regex(/^[A-Z0-9]{9}$/),
      codice_fiscale: z.string().regex(/^[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]$/),
      iban: z.string().regex(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/),
      card_number: z.string().regex(/^\d{16}$/),
      client_ip: z.ipv4(),
      device_ip: z.ipv6(),
      user_id: z.string().regex(/^[a-z]+_[a-z]+_\d+$/),
      city: z.enum(['Charlotte', 'Florence']),
    });
    const given = {
      name: "Siobhan O'Rourke",
      first_name: 'Siobhan',
      nickname: 'Mehmet',
      phone: '+14155552671',
      home_phone: '(212) 555-0187',
      date_of_birth: '1984-07-23',
      ssn: '219-09-9998',
      passport_number: 'C01X00T47',
      codice_fiscale: 'RSSMRA85T10A562S',
      iban: 'DE89370400440532013000',
      card_number: '4111111111111111',
      client_ip: '85.214.132.117',
      device_ip: '2001:9e8:4b1a:7d00:1c3f:22aa:90ef:5b12',
      user_id: 'john_smith_84',
      city: 'Florence',
    };
    expect(applicant.safeParse(given).success).toBe(true);
    const { missing, input } = draft(
      { applicant: given },
      { faultyFields: ({ applicant: one }) => (applicant.safeParse(one).success ? [] : ['applicant']) },
    );
    expect(missing).toEqual([]);
    const kept = applicant.parse(input.applicant);
    const same = Object.entries(given).flatMap(([field, value]) => (kept[field as keyof typeof kept] === value ? [field] : []));
    expect(same).toEqual(['city']);
    expect(kept.date_of_birth).toBe('1984-01-01');
  });

  test('that is complete needs nobody and no user message', () => {
    expect(draft({ income: 100, loan: 40 }, {}, 'A loan of $40?')).toEqual({
      id: draftId('ab'.repeat(16)),
      traceId: 'ab'.repeat(16),
      title: 'A case from production',
      input: { income: 100, loan: 40 },
      missing: [],
      clusterSize: 2,
      redacted: [],
      equivalence: { policy: 'same', agent: 'not-checked' },
      draftedOn: '2026-11-01',
      proposals: [],
    });
  });

  test('that lacks fields names them and carries the redacted user message', () => {
    expect(draft({ loan: 'forty' }, {}, 'A loan for jane@example.org?')).toMatchObject({
      input: {},
      missing: ['income', 'loan'],
      userMessage: expect.stringMatching(/^A loan for email-/),
      redacted: ['user message: email pseudonymised'],
      equivalence: { policy: 'not-checked' },
    });
  });

  test('with a field that the agent does not know loses it', () => {
    const drafted = draft({ income: 100, loan: 40, notes: 'x' });
    expect(drafted).toMatchObject({
      input: { income: 100, loan: 40 },
      missing: [],
      redacted: ['notes: dropped, the agent does not accept it'],
    });
  });
});

test('a user message is cut after redaction, so that no half of a card number is left', () => {
  const { userMessage } = draft({}, {}, `${'x '.repeat(995)}4111 1111 1111 1111 and more`);
  expect(userMessage).not.toContain('4111');
  expect(userMessage).toHaveLength(2000);
});

describe('redaction equivalence', () => {
  test('holds when the policy chooses the same for the redacted input', () => {
    expect(draft({ income: 123_456, loan: 40_000 }, { rules: { income: 'generalise' } }).equivalence.policy).toBe('same');
  });

  test('does not hold when the policy breaks on the redacted input, and is not checked when it breaks on the input itself', () => {
    const policy = ({ income }: JsonObject) => {
      if (income === 0) throw new RangeError('no income');
      return { approved: true };
    };
    expect(draft({ income: 100, loan: 40 }, { policy, rules: { income: 'mask' } }).equivalence.policy).toBe('differs');
    expect(draft({ income: 0, loan: 40 }, { policy }).equivalence.policy).toBe('not-checked');
  });

  test('is checked also where the trace has a field that the agent does not take', () => {
    const more = { rules: { income: 'generalise' } } as const;
    expect(draft({ income: 123_456, loan: 40_000, channel: 'web' }, more).equivalence.policy).toBe('same');
    expect(draft({ income: 124_000, loan: 61_500, channel: 'web' }, more).equivalence.policy).toBe('differs');
  });

  test('does not hold when a rounded figure crosses the border', () => {
    const drafted = draft({ income: 124_000, loan: 61_500 }, { rules: { income: 'generalise' } });
    expect(drafted).toMatchObject({ input: { income: 120_000 }, equivalence: { policy: 'differs' } });
  });
});

test('a hostile trace id is no path', () => {
  for (const traceId of ['../../etc/passwd', 'A'.repeat(5000), '\u0000', '__proto__'])
    expect(draftId(traceId)).toMatch(/^trace-[0-9a-f]{16}$/);
});

test('each trace has a name of its own, also where file names differ in case only', () => {
  const ids = [
    // 64 bits, padded; ids that begin with the same time; ids that differ in case, blanks, or an ending; one that is another's beginning.
    ...['00000000000000000000000000000001', '00000000000000000000000000000002', `${'0'.repeat(16)}463ac35c9f6413ad`],
    ...['0198f2c4a7b07c11a1b2c3d4e5f60718', '0198f2c4a7b07c11ffffffffffffffff', '0198f2c4a7b07c11'],
    ...['0198F2C4A7B07C11A1B2C3D4E5F60718', 'Desk/7', 'desk/7', 'desk/7 ', 'desk-7', 'desk_7', 'desk/7.json', '…', 'CON', 'con'],
  ];
  const names = ids.map((id) => draftId(id).toLowerCase());
  expect(new Set(names).size).toBe(ids.length);
  expect(ids.map((id) => draftId(id))).toEqual(names);
});
