insert into linernotes.source_terms
    (source, licence, licence_url, attribution, answers_for, alone_for, fields, note) values
    ('instagram', 'Meta Platform Terms', 'https://developers.facebook.com/terms', 'The link to the account.',
     interval '7 days', null, '{handle,biography,website}',
     'Only through Business Discovery with the operator''s own token; profiles are never scraped, pictures left out.');
