/** Stands for what of faye only checks its caller (`util/validate_options`), logs or watches the page. */
export default Object.assign((): void => undefined, { Event: undefined });
