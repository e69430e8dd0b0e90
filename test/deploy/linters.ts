import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { run } from './cdk';
import { tool } from './environment';
import type { Template } from './workarounds';

export interface Finding {
  readonly template: string;
  readonly rule: string;
  readonly resourceType: string;
  readonly logicalId: string;
  readonly message: string;
}

const readTemplate = (file: string): Template => JSON.parse(readFileSync(file, 'utf8')) as Template;

/** A linter with findings does not exit with 0, so its exit code is ignored; but it must print a report. */
const report = async (name: string, args: readonly string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await run(tool(name), args);
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${name} ended with ${String(code)} and printed no report: ${stdout}\n${stderr}`);
  }
};

/** The fields of cfn-lint's JSON that are read. */
interface CfnLintMatch {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** cfn-lint, its informational rules as well. */
export const cfnLint = async (templates: readonly string[]): Promise<readonly Finding[]> => {
  const args = ['--format', 'json', '--include-checks', 'I', '--', ...templates];
  const matches = (await report('cfn-lint', args)) as readonly CfnLintMatch[];
  return matches.map(({ Filename, Message, Rule, Location }) => {
    const [section, logicalId = ''] = (Location.Path ?? []).map(String);
    const resource = section === 'Resources' ? readTemplate(Filename).Resources[logicalId] : undefined;
    return {
      template: basename(Filename),
      rule: Rule.Id,
      resourceType: resource?.Type ?? section ?? '',
      logicalId,
      message: Message,
    };
  });
};

/** The fields of Checkov's JSON that are read. */
interface CheckovReport {
  readonly summary: {
    readonly passed: number;
    readonly parsing_errors: number;
    readonly resource_count: number;
  };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly file_path: string;
      readonly resource: string;
    }[];
  };
}

/** Checkov's rules for CloudFormation, without a call to its vendor's service. */
export const checkov = async (
  templates: readonly string[],
): Promise<CheckovReport['summary'] & { readonly findings: readonly Finding[] }> => {
  const files = templates.flatMap((file) => ['--file', file]);
  const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--skip-download'];
  const { summary, results } = (await report('checkov', [...options, ...files])) as CheckovReport;
  return {
    ...summary,
    findings: results.failed_checks.map(({ check_id, check_name, file_path, resource }) => {
      const [resourceType = '', logicalId = ''] = resource.split('.');
      return { template: basename(file_path), rule: check_id, resourceType, logicalId, message: check_name };
    }),
  };
};
