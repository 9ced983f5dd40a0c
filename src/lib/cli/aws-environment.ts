/** Name of the target that the conventions of AWS describe: `AWS_PROFILE`, `AWS_REGION`, keys, roles of the machine. */
export const AWS_ENVIRONMENT = 'environment'
